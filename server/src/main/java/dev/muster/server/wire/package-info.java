/** JSON bodies and error codes as Azure spells them; the only room that knows JSON. */
@NullMarked
package dev.muster.server.wire;

import org.jspecify.annotations.NullMarked;
