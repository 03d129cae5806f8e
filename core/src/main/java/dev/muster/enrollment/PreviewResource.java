package dev.muster.enrollment;

import java.util.Map;

/**
 * Something that the previews of the service API have beside enrollments. Most of it is kept for its owner and not
 * looked at.
 *
 * @param contents plain JSON
 * @param secrets by name; never shown, not even to who wrote them
 */
public record PreviewResource(
        Kind kind, String id, Map<String, Object> contents, Map<String, Object> secrets, Enrollment.Stamp stamp) {
    /** What there is. */
    public enum Kind {
        /** Certificates for devices to trust. */
        TRUST_BUNDLE,
        /** An account with somebody who issues certificates. */
        CERTIFICATE_AUTHORITY
    }

    /** The text form leaves secrets out. */
    @Override
    public String toString() {
        return "PreviewResource[" + kind + ", " + id + "]";
    }
}
