/** Authorities elsewhere that owners have linked, and the certificates that devices get from them. */
@NullMarked
package dev.muster.external;

import org.jspecify.annotations.NullMarked;
