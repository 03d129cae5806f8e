/** {@code muster keys} and {@code muster policies}. */
@NullMarked
package dev.muster.cli.command.key;

import org.jspecify.annotations.NullMarked;
