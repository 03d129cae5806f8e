/** The registration use case: attest, allocate, assign, remember. */
@NullMarked
package dev.muster.registration;

import org.jspecify.annotations.NullMarked;
