/** AMQP 1.0: the provisioning service, over TLS or inside of WebSocket frames. */
@NullMarked
package dev.muster.server.amqp;

import org.jspecify.annotations.NullMarked;
