/** Tests of the JSON bodies. */
@NullMarked
package dev.muster.server.wire;

import org.jspecify.annotations.NullMarked;
