package dev.muster.allocation;

import dev.muster.base.Explanation;

/** A hub could not do what it was told, and may be able to later. */
public final class HubUnavailable extends RuntimeException {
    private final Explanation explanation;

    /** @param explanation for the owner; holds no secrets */
    public HubUnavailable(Explanation explanation) {
        // No stack trace: while a hub is down, this happens for every device.
        super(explanation.toString(), null, false, false);
        this.explanation = explanation;
    }

    public Explanation explanation() {
        return explanation;
    }
}
