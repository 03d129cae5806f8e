package dev.muster.cli.client;

import dev.muster.base.Explanation;
import java.io.IOException;

/** No server was found, or none answers. */
public final class Unreachable extends IOException {
    private final Explanation explanation;

    public Unreachable(String message, Explanation explanation) {
        super(message);
        this.explanation = explanation;
    }

    public Explanation explanation() {
        return explanation;
    }
}
