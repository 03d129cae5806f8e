/** Device identities, live sessions and the events that devices send. Knows nothing of registration. */
@NullMarked
package dev.muster.hub;

import org.jspecify.annotations.NullMarked;
