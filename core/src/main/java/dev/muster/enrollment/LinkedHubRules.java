package dev.muster.enrollment;

import dev.muster.base.Refusal;

/** Port to what an enrollment needs to know of the linked hubs. */
public interface LinkedHubRules {
    boolean isLinked(String hostName);

    /** @throws Refusal INVALID_ARGUMENT when no hub can have a device of that id */
    void checkDeviceId(String deviceId);

    /** @throws Refusal INVALID_ARGUMENT or TOO_LARGE when no hub can take it for a device's twin */
    void checkInitialTwin(Enrollment.InitialTwin twin);
}
