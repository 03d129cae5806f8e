package dev.muster.server.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A connection without a network and its client. Closing it fails if a buffer is still held by then, or if a handler
 * broke on what the client sent, of which only the log tells.
 */
public final class Client implements AutoCloseable {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.muster.server");

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Complaints complaints = new Complaints();

    /** What handlers say when they cannot go on. */
    private static final class Complaints extends AppenderBase<ILoggingEvent> {
        private @Nullable String first;

        @Override
        protected void append(ILoggingEvent event) {
            boolean broken = event.getLevel().isGreaterOrEqual(Level.WARN)
                    || event.getMessage().startsWith("Lost the");
            if (broken && first == null && event.getThrowableProxy() != null) {
                first = event.getFormattedMessage() + ": "
                        + event.getThrowableProxy().getClassName() + ": "
                        + event.getThrowableProxy().getMessage();
            }
        }
    }

    /** @param handlers puts them behind what stands for TLS */
    public Client(Consumer<ChannelPipeline> handlers) {
        LOG.setLevel(Level.DEBUG);
        LOG.setAdditive(false);
        LOG.addAppender(complaints);
        complaints.start();
        channel.config().setAllocator(buffers);
        channel.pipeline().addLast(new NoTls());
        handlers.accept(channel.pipeline());
    }

    /** Sends the bytes in two parts, wherever that cuts them, and returns what came back. */
    public byte[] send(byte[] bytes) {
        int cut = bytes.length == 0 ? 0 : Byte.toUnsignedInt(bytes[bytes.length / 2]) % bytes.length;
        send(bytes, 0, cut);
        send(bytes, cut, bytes.length);
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            if (!(out instanceof ByteBuf answer)) {
                throw new AssertionError("not encoded: " + out);
            }
            byte[] copy = new byte[answer.readableBytes()];
            answer.readBytes(copy);
            answer.release();
            answers.writeBytes(copy);
        }
        return answers.toByteArray();
    }

    private void send(byte[] bytes, int from, int to) {
        if (to > from && channel.isActive()) {
            channel.writeInbound(buffers.buffer(to - from).writeBytes(bytes, from, to - from));
        }
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        LOG.detachAppender(complaints);
        LOG.setAdditive(true);
        LOG.setLevel(null);
        if (complaints.first != null) {
            throw new AssertionError(complaints.first);
        }
        long held = buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory();
        if (held > 0) {
            throw new AssertionError(held + " bytes of buffers are still held");
        }
    }
}
