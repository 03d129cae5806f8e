package dev.muster.server.wire;

import dev.muster.base.Refusal;

/**
 * The one table of what Azure's provisioning service calls our refusals. The first three digits are the HTTP status.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-troubleshoot-dps#common-error-codes">DPS: common error
 *     codes</a>
 */
public enum ErrorCode {
    BAD_REQUEST(400004),
    UNAUTHORIZED(401002),
    FORBIDDEN(403000),
    NOT_FOUND(404201),
    REGISTRATION_NOT_FOUND(404202),
    METHOD_NOT_ALLOWED(405000),
    CONFLICT(409201),
    PRECONDITION_FAILED(412201),
    TOO_LARGE(413000),
    THROTTLED(429001),
    INTERNAL(500000),
    UNAVAILABLE(503001);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public int httpStatus() {
        return number / 1000;
    }

    public static ErrorCode of(Refusal.Reason reason) {
        return switch (reason) {
            case INVALID_ARGUMENT -> BAD_REQUEST;
            case UNAUTHORIZED, CERTIFICATE_REFUSED, CERTIFICATE_AUTHORITY_UNKNOWN, DEVICE_DISABLED -> UNAUTHORIZED;
            case FORBIDDEN -> FORBIDDEN;
            case ENROLLMENT_NOT_FOUND, DEVICE_NOT_FOUND, AUTHORITY_NOT_FOUND -> NOT_FOUND;
            case REGISTRATION_NOT_FOUND -> REGISTRATION_NOT_FOUND;
            case ALREADY_EXISTS -> CONFLICT;
            case PRECONDITION_FAILED -> PRECONDITION_FAILED;
            case TOO_LARGE -> TOO_LARGE;
            case THROTTLED -> THROTTLED;
            case UNAVAILABLE -> UNAVAILABLE;
        };
    }
}
