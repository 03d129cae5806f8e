/** What talks to a server: a device's side of the wire, and the owner's. Shares no wire code with the server. */
@NullMarked
package dev.muster.cli.client;

import org.jspecify.annotations.NullMarked;
