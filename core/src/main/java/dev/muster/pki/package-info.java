/** Certificates, chains and who vouches for whom. */
@NullMarked
package dev.muster.pki;

import org.jspecify.annotations.NullMarked;
