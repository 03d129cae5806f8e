package dev.muster.server.http.routing;

import dev.muster.server.fuzz.Client;
import dev.muster.server.fuzz.FuzzTarget;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.HexFormat;
import java.util.List;

/** The frames of a WebSocket. */
public final class WebSocketTarget implements FuzzTarget {
    /** A protocol that answers whatever comes. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        // What cannot be written or closed fails with the connection.
        @SuppressWarnings("FutureReturnValueIgnored")
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(ReferenceCountUtil.retain(message));
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    @Override
    public List<byte[]> samples() {
        HexFormat hex = HexFormat.of();
        return List.of(
                hex.parseHex("8285" + "01020304" + "1000000000"),
                hex.parseHex("0282" + "00000000" + "c000" + "8083" + "01010101" + "313233"),
                hex.parseHex("8980" + "00000000" + "8A80" + "00000000" + "82FE0001" + "00000000" + "FF"),
                hex.parseHex("82FF0000000000000001" + "00000000" + "FF"),
                hex.parseHex("8882" + "00000000" + "03e8"),
                hex.parseHex("8181" + "00000000" + "61"));
    }

    @Override
    public void take(byte[] input) {
        try (Client client = new Client(pipeline -> {
            WebSocketFrames.addTo(pipeline);
            pipeline.addLast(new Echo());
        })) {
            client.send(input);
        }
    }
}
