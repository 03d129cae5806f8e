/** Each protocol packet by packet: what the SDKs send, what they never would, and what is refused. */
@NullMarked
package dev.muster.conformance.raw;

import org.jspecify.annotations.NullMarked;
