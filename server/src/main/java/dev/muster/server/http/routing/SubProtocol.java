package dev.muster.server.http.routing;

import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/**
 * A protocol that clients may speak inside of WebSocket frames on the HTTPS port.
 *
 * @param name as registered with IANA; clients write it in any case
 * @param takeOver puts the protocol's handlers at the end of a pipeline that carries nothing but the protocol's bytes;
 *     called on the channel's event loop
 */
public record SubProtocol(String name, Consumer<ChannelPipeline> takeOver) {}
