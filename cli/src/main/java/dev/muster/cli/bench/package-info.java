/** Measures what a server costs: starts it in a process of its own, loads it, reads its CPU time and memory. */
@NullMarked
package dev.muster.cli.bench;

import org.jspecify.annotations.NullMarked;
