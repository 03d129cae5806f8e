/** What a TPM 2.0 must be told so that it, and no other, comes to hold a key. */
@NullMarked
package dev.muster.tpm;

import org.jspecify.annotations.NullMarked;
