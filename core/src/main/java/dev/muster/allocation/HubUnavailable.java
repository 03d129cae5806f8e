package dev.muster.allocation;

import dev.muster.base.Explanation;

/** A hub could not do what it was told, and may be able to later. */
public final class HubUnavailable extends RuntimeException {
    private final String hostName;
    private final Explanation explanation;

    /**
     * @param hostName of the hub
     * @param explanation for the owner; holds no secrets
     */
    public HubUnavailable(String hostName, Explanation explanation) {
        // No stack trace: while a hub is down, this happens for every device.
        super(explanation.toString(), null, false, false);
        this.hostName = hostName;
        this.explanation = explanation;
    }

    public String hostName() {
        return hostName;
    }

    public Explanation explanation() {
        return explanation;
    }
}
