package dev.muster.server.mqtt;

import dev.muster.hub.DeviceTwins;
import java.util.List;
import java.util.Optional;

/**
 * What one connection may publish and subscribe to, and what comes of it. The connection calls one method at a time:
 * {@link #publish} and {@link #end} on virtual threads, where they may block, the others on the event loop.
 */
interface Topics {
    /** The return code of a SUBACK for a filter that nobody may subscribe to (MQTT 3.1.1 section 3.9.3). */
    int REFUSED = 0x80;

    /** @return the quality of service that is granted, or {@link #REFUSED} */
    int subscribe(Packet.Subscription wanted);

    void unsubscribe(String filter);

    /** @param batch in the order of arrival */
    Outcome publish(List<Packet.Publish> batch);

    /**
     * What the client is sent when its owner desires something else: nothing, if it does not want to know.
     *
     * <p>Called on the event loop.
     */
    default Optional<Reply> tell(DeviceTwins.DesiredChange change) {
        return Optional.empty();
    }

    /**
     * Whether the client may be owed something after a subscription or publications, such as what it has missed; then
     * {@link #owed} is called.
     */
    default boolean isOwing() {
        return false;
    }

    /** What the client is owed. Called on a virtual thread. */
    default List<Reply> owed() {
        return List.of();
    }

    /**
     * Called once, after everything else.
     *
     * @param graceful whether the client said good-bye
     */
    void end(boolean graceful);

    /**
     * What comes of a batch.
     *
     * @param replies in the order in which they are sent
     * @param violation the rule that the batch broke after what is replied to; then the connection is closed
     */
    record Outcome(List<Reply> replies, Optional<String> violation) {
        public Outcome {
            replies = List.copyOf(replies);
        }
    }
}
