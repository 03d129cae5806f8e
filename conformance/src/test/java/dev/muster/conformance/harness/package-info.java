/** The server under test, its owner and its devices by the official SDKs, and certificates of all kinds. */
@NullMarked
package dev.muster.conformance.harness;

import org.jspecify.annotations.NullMarked;
