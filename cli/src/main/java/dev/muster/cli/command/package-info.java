/** The commands, their options and how their results are printed. */
@NullMarked
package dev.muster.cli.command;

import org.jspecify.annotations.NullMarked;
