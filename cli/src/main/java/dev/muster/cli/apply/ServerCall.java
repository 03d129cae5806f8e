package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
import java.io.IOException;
import java.util.Optional;

/** A call of the API that answers with a document. */
@FunctionalInterface
interface ServerCall {
    /** The status by which a server says that something is not there. */
    int NOT_FOUND = 404;

    Document run() throws IOException, InterruptedException;

    /** Empty when the server says that there is no such thing. */
    static Optional<Document> ifThere(ServerCall call) throws IOException, InterruptedException {
        try {
            return Optional.of(call.run());
        } catch (RefusedByServer refused) {
            if (refused.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
