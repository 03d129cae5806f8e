/** Authorities and what they issue: at the first boot, by EST and portal, renewed, revoked and looked up. */
@NullMarked
package dev.muster.conformance.certificate;

import org.jspecify.annotations.NullMarked;
