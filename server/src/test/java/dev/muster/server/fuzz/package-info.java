/**
 * What strangers may send, damaged at random: each input ends in an answer or a refusal, soon, and leaves nothing
 * behind.
 */
@NullMarked
package dev.muster.server.fuzz;

import org.jspecify.annotations.NullMarked;
