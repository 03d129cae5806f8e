/** Clients that write every byte of a protocol themselves, and what they say as a device that provisions itself. */
@NullMarked
package dev.muster.conformance.peer;

import org.jspecify.annotations.NullMarked;
