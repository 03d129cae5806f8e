/** Who a device is: finds the enrollment that a claim falls under, and checks its proof by that. */
@NullMarked
package dev.muster.attestation;

import org.jspecify.annotations.NullMarked;
