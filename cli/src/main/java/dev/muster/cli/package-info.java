/** The one command, {@code muster}. */
@NullMarked
package dev.muster.cli;

import org.jspecify.annotations.NullMarked;
