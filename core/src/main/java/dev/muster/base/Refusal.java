package dev.muster.base;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An expected "no". The message is safe to show to whoever asked; the explanation is for the owner alone. Front ends
 * translate the reason into their protocol's status; nothing in the domain knows one.
 */
public final class Refusal extends RuntimeException {
    private final Reason reason;
    private final String trackingId = UUID.randomUUID().toString();
    private final @Nullable Explanation explanation;

    /** Why something was refused, in the words of the domain. */
    public enum Reason {
        /** The request makes no sense: a malformed id, an impossible combination, a missing member. */
        INVALID_ARGUMENT,
        /** The caller did not prove who it is, or the proof does not match. */
        UNAUTHORIZED,
        /** The caller is known and may not do this. */
        FORBIDDEN,
        /** The client certificate or one above it breaks a rule. */
        CERTIFICATE_REFUSED,
        /** No certificate that the device presented leads to an enrolled and verified one. */
        CERTIFICATE_AUTHORITY_UNKNOWN,
        /** No enrollment, enrollment group or CA certificate of that name. */
        ENROLLMENT_NOT_FOUND,
        /** No certificate authority of that name, or no certificate of that thumbprint. */
        AUTHORITY_NOT_FOUND,
        /** No registration, or no operation of that id. */
        REGISTRATION_NOT_FOUND,
        /** No device identity of that id in the hub. */
        DEVICE_NOT_FOUND,
        /** The device identity is there, and switched off. */
        DEVICE_DISABLED,
        /** Something of that name exists already. */
        ALREADY_EXISTS,
        /** The entity has changed since the caller read it. */
        PRECONDITION_FAILED,
        /** Larger than this service accepts. */
        TOO_LARGE,
        /** More than this service accepts at a time; come back later. */
        THROTTLED,
        /** Something that this service needs is not there now, such as the token with a key; come back later. */
        UNAVAILABLE
    }

    public Refusal(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * @param message what the other side may know
     * @param explanation what the owner needs: which thing, which rule, what to do
     */
    public Refusal(Reason reason, String message, @Nullable Explanation explanation) {
        // No stack trace: a refusal is an answer, and hostile peers must not make it an expensive one.
        super(message, null, false, false);
        this.reason = reason;
        this.explanation = explanation;
    }

    public Reason reason() {
        return reason;
    }

    /** Names this refusal in the answer, in the log and in the record of attempts. */
    public String trackingId() {
        return trackingId;
    }

    public Optional<Explanation> explanation() {
        return Optional.ofNullable(explanation);
    }

    /** The text of {@link #getMessage()}, which a refusal always has. */
    public String text() {
        String message = getMessage();
        return message == null ? reason.name() : message;
    }
}
