package dev.muster.server.provisioning;

import dev.muster.server.wire.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/**
 * What a device hears of its request.
 *
 * <p>The status is that of HTTP, the body is JSON, and {@code retryAfter} is empty where the device is not to ask
 * again.
 */
public sealed interface Answer {
    int status();

    byte[] body();

    Optional<Duration> retryAfter();

    record Granted(int status, byte[] body, Optional<Duration> retryAfter) implements Answer {}

    record Refused(ErrorCode code, byte[] body, Optional<Duration> retryAfter) implements Answer {
        @Override
        public int status() {
            return code.httpStatus();
        }
    }
}
