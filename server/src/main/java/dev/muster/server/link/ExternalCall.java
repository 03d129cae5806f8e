package dev.muster.server.link;

import dev.muster.external.ExternalIssuer.Answer;
import dev.muster.external.ExternalIssuer.Answer.Later;
import dev.muster.external.ExternalIssuer.Answer.Refused;
import dev.muster.server.wire.LogText;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.IntPredicate;

/** Calls of an authority elsewhere, and what its statuses mean. Safe for any number of threads. */
final class ExternalCall {
    static final int OK = 200;
    static final int ACCEPTED = 202;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int MAX_ANSWER_BYTES = 256 * 1024;
    private static final int MAX_QUOTED = 200;
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private final Https https;
    private final InstantSource clock;

    ExternalCall(Https https, InstantSource clock) {
        this.https = https;
        this.clock = clock;
    }

    /** An answer that is none that was asked for. */
    static final class Obstacle extends Exception {
        private final Answer answer;

        Obstacle(Answer answer) {
            // No stack trace: while an authority is down, this happens for every device.
            super(answer.toString(), null, false, false);
            this.answer = answer;
        }

        /** A {@link Later} or a {@link Refused}. */
        Answer answer() {
            return answer;
        }

        String why() {
            return switch (answer) {
                case Later(String why, var _) -> why;
                case Refused(String why) -> why;
                case Answer.Certified _ -> throw new IllegalStateException("a certificate is no obstacle");
            };
        }
    }

    /**
     * Waits for the answer.
     *
     * @param what is asked, for the owner
     * @param good statuses
     */
    Https.Reply send(String what, HttpRequest request, IntPredicate good) throws Obstacle {
        Https.Reply reply;
        try {
            reply = https.send(request, MAX_ANSWER_BYTES);
        } catch (Https.TooLong e) {
            // Whatever it is, another time it would be no shorter.
            throw new Obstacle(new Refused(what + ": " + e.reason()));
        } catch (Https.NoReply e) {
            throw new Obstacle(new Later(what + ": " + e.reason(), Duration.ZERO));
        }
        int status = reply.status();
        if (good.test(status)) {
            return reply;
        }
        String why = what + ": it answered " + status + quoted(reply);
        throw new Obstacle(
                status >= SERVER_ERROR || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT
                        ? new Later(why, pause(reply))
                        : new Refused(why));
    }

    /** What the authority asks for (RFC 9110 section 10.2.3), within reason. */
    Duration pause(Https.Reply reply) {
        Duration wanted = reply.headers()
                .firstValue("Retry-After")
                .map(this::parse)
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
        return wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE;
    }

    private Duration parse(String retryAfter) {
        String text = retryAfter.strip();
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(clock.instant(), until);
        } catch (DateTimeParseException _) {
            return Duration.ZERO;
        }
    }

    /** The beginning of a text that people can read. */
    private static String quoted(Https.Reply reply) {
        String type = reply.headers().firstValue("Content-Type").orElse("");
        String text = new String(reply.body(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() || type.contains("html")
                ? ""
                : ": " + LogText.of(text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text);
    }
}
