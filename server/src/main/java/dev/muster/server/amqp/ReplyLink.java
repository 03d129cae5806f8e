package dev.muster.server.amqp;

import dev.muster.server.provisioning.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/** The link on which a device gets its answers, which wait for its credit. Used on the connection's event loop. */
final class ReplyLink {
    private static final int ENCODED_OVERHEAD_BYTES = 2048;

    private final Sender sender;
    private final Queue<byte[]> waiting = new ArrayDeque<>(1);
    private long lastTag;

    ReplyLink(Sender sender) {
        this.sender = sender;
    }

    /** @param correlationId of the request, of whatever type that is */
    void send(Answer answer, @Nullable Object correlationId) {
        Message message = Message.Factory.create();
        if (correlationId != null) {
            message.setCorrelationId(correlationId);
        }
        answer.retryAfter().ifPresent(duration -> {
            Map<String, Object> properties = new HashMap<>();
            // The C# SDK knows the second alone; the C SDK reads an int or a string.
            properties.put("retry-after", (int) duration.toSeconds());
            properties.put("Retry-After", (int) duration.toSeconds());
            message.setApplicationProperties(new ApplicationProperties(properties));
        });
        message.setContentType("application/json");
        message.setBody(new Data(new Binary(answer.body())));
        byte[] buffer = new byte[answer.body().length + ENCODED_OVERHEAD_BYTES];
        int length = message.encode(buffer, 0, buffer.length);
        byte[] encoded = new byte[length];
        System.arraycopy(buffer, 0, encoded, 0, length);
        waiting.add(encoded);
        send();
    }

    boolean isOn(Link link) {
        return sender.equals(link);
    }

    int waiting() {
        return waiting.size();
    }

    /** Sends what the device has credit for. */
    void send() {
        while (sender.getCredit() > 0 && sender.getLocalState() == EndpointState.ACTIVE) {
            byte[] next = waiting.poll();
            if (next == null) {
                break;
            }
            lastTag++;
            // Settled, since the Java SDK never settles what it gets.
            sender.delivery(Long.toString(lastTag).getBytes(StandardCharsets.US_ASCII));
            sender.send(next, 0, next.length);
            sender.current().settle();
        }
        if (sender.getDrain()) {
            sender.drained();
        }
    }
}
