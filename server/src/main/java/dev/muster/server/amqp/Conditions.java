package dev.muster.server.amqp;

import dev.muster.server.provisioning.Answer;
import dev.muster.server.wire.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;

/** Errors as AMQP's clients tell them apart. */
final class Conditions {
    private Conditions() {}

    static ErrorCondition of(String condition, String description) {
        return new ErrorCondition(Symbol.valueOf(condition), description);
    }

    /** The C# SDK reads the JSON in the description, the Node SDK the condition. */
    static ErrorCondition of(Answer.Refused refused) {
        ErrorCondition condition = of(name(refused.code()), new String(refused.body(), StandardCharsets.UTF_8));
        if (refused.retryAfter().isPresent()) {
            Map<Object, Object> info = new HashMap<>();
            // Each SDK looks for one of the spellings.
            int seconds = (int) refused.retryAfter().get().toSeconds();
            info.put(Symbol.valueOf("retry-after"), seconds);
            info.put(Symbol.valueOf("Retry-After"), seconds);
            condition.setInfo(info);
        }
        return condition;
    }

    private static String name(ErrorCode code) {
        return switch (code) {
            case BAD_REQUEST -> "com.microsoft:argument-error";
            case UNAUTHORIZED, FORBIDDEN -> "amqp:unauthorized-access";
            case NOT_FOUND, REGISTRATION_NOT_FOUND -> "amqp:not-found";
            case METHOD_NOT_ALLOWED -> "amqp:not-allowed";
            case CONFLICT -> "amqp:resource-locked";
            case PRECONDITION_FAILED -> "amqp:precondition-failed";
            case TOO_LARGE -> "amqp:link:message-size-exceeded";
            case THROTTLED -> "com.microsoft:device-container-throttled";
            case INTERNAL, UNAVAILABLE -> "amqp:internal-error";
        };
    }
}
