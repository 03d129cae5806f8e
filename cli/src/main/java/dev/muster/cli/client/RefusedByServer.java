package dev.muster.cli.client;

import dev.muster.base.Explanation;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's "no", as it put it. */
public final class RefusedByServer extends IOException {
    private final int status;
    private final Optional<String> trackingId;
    private final @Nullable Explanation explanation;

    private RefusedByServer(int status, String message, Optional<String> trackingId) {
        this(status, message, trackingId, null);
    }

    private RefusedByServer(
            int status, String message, Optional<String> trackingId, @Nullable Explanation explanation) {
        super(message);
        this.status = status;
        this.trackingId = trackingId;
        this.explanation = explanation;
    }

    /** The same with what this side knows of the reason. */
    public RefusedByServer because(Explanation reason) {
        return new RefusedByServer(status, String.valueOf(getMessage()), trackingId, reason);
    }

    /** By the status and the body of an answer, over HTTPS or in an MQTT topic. */
    public static RefusedByServer answer(int status, byte[] body) {
        Optional<Document> document = Document.tryParse(body);
        String code = document.flatMap(error -> error.find("errorCode"))
                .or(() -> document.flatMap(error -> error.find("code")))
                .orElse(Integer.toString(status));
        String message = document.flatMap(error -> error.find("message"))
                .or(() -> document.flatMap(error -> error.find("Message")))
                .orElse("no reason given");
        // The control plane tells owners more: what, which rule, what to do.
        String details = document.flatMap(error -> error.find("details"))
                .map(text -> "\n  " + text)
                .orElse("");
        return new RefusedByServer(
                status, code + ": " + message + details, document.flatMap(error -> error.find("trackingId")));
    }

    /** By the result of a registration that ended as {@code failed} or {@code disabled}. */
    static RefusedByServer result(Document operation) {
        String code = operation.text("registrationState", "errorCode");
        String message = operation.text("registrationState", "errorMessage");
        return new RefusedByServer(
                200,
                "registration " + operation.text("status") + (code.isEmpty() ? "" : ", " + code + ": " + message),
                Optional.empty());
    }

    /** By the return code of an MQTT CONNACK. */
    static RefusedByServer connection(int returnCode) {
        String meaning = switch (returnCode) {
            case 1 -> "the server does not speak this version of MQTT";
            case 2 -> "the client id is not the device's";
            case 3 -> "the server is not available";
            case 4 -> "the user name is not of the form that the server wants";
            case 5 -> "the device is not authorized";
            default -> "for a reason that MQTT 3.1.1 does not know";
        };
        return new RefusedByServer(returnCode, "MQTT connection refused, " + meaning, Optional.empty());
    }

    /** The HTTP status, or the return code of an MQTT CONNACK. */
    public int status() {
        return status;
    }

    /** What this side knows of the reason. */
    public Optional<Explanation> explanation() {
        return Optional.ofNullable(explanation);
    }

    /** By which the owner finds the refusal in the record of attempts. */
    public Optional<String> trackingId() {
        return trackingId;
    }
}
