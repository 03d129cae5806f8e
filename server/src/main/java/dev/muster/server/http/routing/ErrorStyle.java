package dev.muster.server.http.routing;

/** How an API spells its errors. */
public enum ErrorStyle {
    /** The provisioning service's device and service APIs; Muster's own API does the same. */
    PROVISIONING,
    /** The control plane. */
    MANAGEMENT,
    /** A hub's identity registry. */
    HUB,
    /** Enrollment over Secure Transport: plain text (RFC 7030 section 4.2.3), for whoever reads the client's log. */
    TEXT,
    /** The portal CA: most of what goes wrong is said with status 200. */
    PORTAL,
    /** The same, where a certificate would be the whole answer. */
    PORTAL_TEXT
}
