/** Devices by the official device SDKs, from their first registration to the twin at their hub. */
@NullMarked
package dev.muster.conformance.device;

import org.jspecify.annotations.NullMarked;
