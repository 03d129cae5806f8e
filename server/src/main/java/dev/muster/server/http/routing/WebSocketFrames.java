package dev.muster.server.http.routing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;

/**
 * Turns what comes in binary frames into a stream of bytes, however it is cut, and every buffer that goes out into a
 * frame of its own. Used on the channel's event loop alone.
 */
// What cannot be written or closed fails with the connection.
@SuppressWarnings("FutureReturnValueIgnored")
final class WebSocketFrames extends ChannelDuplexHandler {
    /** A frame is held until it is whole; the longest message of any device, several times. */
    private static final int MAX_FRAME_BYTES = 512 * 1024;

    private static final WebSocketDecoderConfig DECODING = WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(MAX_FRAME_BYTES)
            .allowExtensions(false)
            // The decoder's own close frame would not pass the encoder, which comes after it.
            .closeOnProtocolViolation(false)
            .build();

    private boolean closed;

    private WebSocketFrames() {}

    static void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(
                new WebSocket13FrameDecoder(DECODING), new WebSocket13FrameEncoder(false), new WebSocketFrames());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case BinaryWebSocketFrame frame -> ctx.fireChannelRead(frame.content());
            case ContinuationWebSocketFrame frame -> ctx.fireChannelRead(frame.content());
            case PingWebSocketFrame ping
            when ctx.channel().isWritable() -> ctx.writeAndFlush(new PongWebSocketFrame(ping.content()));
            case CloseWebSocketFrame _ -> {
                ReferenceCountUtil.release(message);
                ctx.channel().close();
            }
            case TextWebSocketFrame _ -> {
                ReferenceCountUtil.release(message);
                sayGoodbye(ctx, WebSocketCloseStatus.INVALID_MESSAGE_TYPE);
                ctx.channel().close();
            }
            default -> ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            sayGoodbye(ctx, corrupted.closeStatus());
            ctx.channel().close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        sayGoodbye(ctx, WebSocketCloseStatus.NORMAL_CLOSURE);
        ctx.close(promise);
    }

    /** Once, as RFC 6455 section 5.5.1 has it; the client's own close frame is answered by it, too. */
    private void sayGoodbye(ChannelHandlerContext ctx, WebSocketCloseStatus status) {
        if (!closed) {
            closed = true;
            ctx.writeAndFlush(new CloseWebSocketFrame(status));
        }
    }
}
