package dev.muster.cli.bench;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.client.load.Fleet;
import dev.muster.cli.client.owner.OwnerClient;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Lets a fleet into a server, by the same calls that any owner makes. */
final class BenchGroup {
    static final String NAME = "bench";

    /** Where a server without any configuration sends its devices. */
    static final String HUB = "127.0.0.1";

    private BenchGroup() {}

    /** @return the id scope by which the fleet's devices call the server */
    static String enroll(Path dataDirectory, Fleet fleet) throws IOException, InterruptedException {
        try (OwnerClient owner = OwnerClient.connect(ServerAddress.local(dataDirectory, Optional.empty()))) {
            owner.certificates().add(NAME, fleet.intermediate(), true);
            Map<String, Object> signing = Map.of("primary", Map.of("certificate", Pem.write(fleet.intermediate())));
            owner.groups()
                    .create(
                            NAME,
                            Document.of(Map.of(
                                    "enrollmentGroupId",
                                    NAME,
                                    "attestation",
                                    Map.of("type", "x509", "x509", Map.of("signingCertificates", signing)))));
            return owner.administration().status().text("idScope");
        }
    }
}
