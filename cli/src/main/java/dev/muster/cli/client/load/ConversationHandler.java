package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.List;

/** Carries a conversation over its connection. Runs on the connection's event loop. */
final class ConversationHandler extends ByteToMessageDecoder {
    private final Conversation conversation;
    private final Ending ending;
    private boolean ended;

    /** Told once how the conversation ended. */
    interface Ending {
        void finished();

        void failed(LoadException reason);
    }

    ConversationHandler(Conversation conversation, Ending ending) {
        this.conversation = conversation;
        this.ending = ending;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                send(context, conversation.open());
            } else {
                fail(context, new LoadException("the handshake failed", handshake.cause()));
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf received, List<Object> out) {
        try {
            while (!ended && received.isReadable()) {
                switch (conversation.receive(received)) {
                    case Conversation.Step.Wait() -> {
                        return;
                    }
                    case Conversation.Step.Send(byte[] bytes) -> send(context, bytes);
                    case Conversation.Step.Stay() -> {
                        context.pipeline().remove(ReadTimeoutHandler.class);
                        ended = true;
                        ending.finished();
                    }
                    case Conversation.Step.Finish(byte[] farewell, var _) -> {
                        ended = true;
                        ending.finished();
                        context.writeAndFlush(Unpooled.wrappedBuffer(farewell))
                                .addListener(ChannelFutureListener.CLOSE);
                    }
                }
            }
        } catch (LoadException e) {
            fail(context, e);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        fail(context, new LoadException("the server closed the connection"));
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String what = cause instanceof ReadTimeoutException ? "the server did not answer" : "the connection broke";
        fail(context, new LoadException(what, cause));
    }

    private static void send(ChannelHandlerContext context, byte[] bytes) {
        context.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the failure has been told; nobody waits for the close
    private void fail(ChannelHandlerContext context, LoadException failure) {
        if (!ended) {
            ended = true;
            ending.failed(failure);
        }
        context.close();
    }
}
