/** Which hubs devices can be assigned to, and which of them one gets. */
@NullMarked
package dev.muster.allocation;

import org.jspecify.annotations.NullMarked;
