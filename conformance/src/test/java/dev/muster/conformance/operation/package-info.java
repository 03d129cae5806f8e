/** A server as its operator has it: killed, restarted, flooded, measured, and one of two over one database. */
@NullMarked
package dev.muster.conformance.operation;

import org.jspecify.annotations.NullMarked;
