/** Devices whose hub is chosen by a webhook, is on another server, or changes. */
@NullMarked
package dev.muster.conformance.allocation;

import org.jspecify.annotations.NullMarked;
