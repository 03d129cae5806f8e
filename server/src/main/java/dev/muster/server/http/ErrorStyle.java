package dev.muster.server.http;

/** How an API spells its errors. */
enum ErrorStyle {
    /** The provisioning service's device and service APIs; Muster's own API does the same. */
    PROVISIONING,
    /** The control plane. */
    MANAGEMENT,
    /** A hub's identity registry. */
    HUB
}
