package dev.muster.cli.command.enrollment;

import dev.muster.cli.client.Document;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who issues certificates to the devices of an enrollment. */
final class CertificateIssuerOption {
    @Option(
            names = "--issuer",
            paramLabel = "AUTHORITY",
            description = "The certificate authority of the server that issues certificates to its devices when they"
                    + " ask ('muster authorities list').")
    private Optional<String> issuer = Optional.empty();

    Document applyTo(Document enrollment) {
        return issuer.map(name -> enrollment.with("credentialPolicyName", name)).orElse(enrollment);
    }
}
