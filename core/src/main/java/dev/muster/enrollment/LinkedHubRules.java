package dev.muster.enrollment;

import dev.muster.base.Refusal;

/** Port to what an enrollment needs to know of the linked hubs. */
public interface LinkedHubRules {
    boolean isLinked(String hostName);

    /** @throws Refusal INVALID_ARGUMENT when no hub can have a device of that id */
    void checkDeviceId(String deviceId);
}
