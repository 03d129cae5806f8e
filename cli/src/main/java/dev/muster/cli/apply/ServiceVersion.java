package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.Optional;

/**
 * The provisioning service as it was read first, or as this run has left it: hubs, policies and allocation policy share
 * its etag, so that whatever somebody else changes meanwhile stops the run. For one thread.
 */
final class ServiceVersion {
    private Optional<Document> seen = Optional.empty();

    /** What was read first, or has been left since. */
    Document latest(ServerCall read) throws IOException, InterruptedException {
        if (seen.isEmpty()) {
            seen = Optional.of(read.run());
        }
        return seen.get();
    }

    /** Takes what a change has left. */
    void left(Document after) {
        seen = Optional.of(after);
    }
}
