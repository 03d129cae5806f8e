/** {@code muster bench}. */
@NullMarked
package dev.muster.cli.command.bench;

import org.jspecify.annotations.NullMarked;
