/** {@code muster hubs} and {@code muster devices}. */
@NullMarked
package dev.muster.cli.command.hub;

import org.jspecify.annotations.NullMarked;
