/** The ports in memory, for tests of what stands on them. */
@NullMarked
package dev.muster.server.memory;

import org.jspecify.annotations.NullMarked;
