package dev.muster.enrollment;

/** How a hub is chosen among those that an enrollment may use. */
public enum AllocationPolicy {
    HASHED,
    GEO_LATENCY,
    STATIC,
    CUSTOM
}
