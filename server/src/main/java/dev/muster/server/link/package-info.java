/** What this server calls: webhooks that choose hubs, and hubs of other servers. */
@NullMarked
package dev.muster.server.link;

import org.jspecify.annotations.NullMarked;
