package dev.muster.server.amqp;

import dev.muster.server.wire.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of a request.
 *
 * <p>The body is JSON; {@code retryAfter} is empty where the client is not to ask again.
 */
sealed interface Outcome {
    byte[] body();

    Optional<Duration> retryAfter();

    record Answered(byte[] body, Optional<Duration> retryAfter) implements Outcome {}

    record Refused(ErrorCode code, byte[] body, Optional<Duration> retryAfter) implements Outcome {}
}
