/** Official SDKs and raw packets against the real server. */
@NullMarked
package dev.muster.conformance;

import org.jspecify.annotations.NullMarked;
