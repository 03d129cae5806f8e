package dev.muster.hub;

import dev.muster.pki.Thumbprint;
import java.time.Instant;

/**
 * A device's newest renewal of its certificate over its hub. Immutable.
 *
 * @param correlationId names it in every answer
 * @param expires when it is forgotten
 * @param former the certificate that stays good beside the new one, as far as is known the last that the device has
 */
public record Renewal(
        Holder holder, Wish wish, String correlationId, Instant expires, Thumbprint former, Outcome outcome) {
    /** A device, which is not the one that had its id before. */
    public record Holder(String hub, String deviceId, String generationId) {
        static Holder of(DeviceIdentity device) {
            return new Holder(device.hub(), device.deviceId(), device.generationId());
        }
    }

    /**
     * What the device asked for.
     *
     * @param requestId its name for this
     * @param csr as it was sent: PKCS#10 in base64
     */
    public record Wish(String requestId, String csr) {}

    /** What came of it. */
    public sealed interface Outcome {
        /** Nothing yet. */
        record Pending() implements Outcome {}

        /** @param delivered whether the device has been told */
        record Issued(Thumbprint certificate, boolean delivered) implements Outcome {}

        /**
         * @param message for the device
         * @param delivered whether the device has been told
         */
        record Failed(String message, boolean delivered) implements Outcome {}
    }

    /** Whether another may not begin before this has come to its end. */
    boolean isActive() {
        return switch (outcome) {
            case Outcome.Pending() -> true;
            case Outcome.Issued(var _, boolean delivered) -> !delivered;
            case Outcome.Failed _ -> false;
        };
    }

    /** Whether the device has yet to hear of it. */
    boolean isOwed() {
        return switch (outcome) {
            case Outcome.Pending() -> true;
            case Outcome.Issued(var _, boolean delivered) -> !delivered;
            case Outcome.Failed(var _, boolean delivered) -> !delivered;
        };
    }

    Renewal with(Outcome other) {
        return new Renewal(holder, wish, correlationId, expires, former, other);
    }

    Renewal delivered() {
        return with(
                switch (outcome) {
                    case Outcome.Pending pending -> pending;
                    case Outcome.Issued(Thumbprint certificate, var _) -> new Outcome.Issued(certificate, true);
                    case Outcome.Failed(String message, var _) -> new Outcome.Failed(message, true);
                });
    }
}
