package dev.muster.cli.command.revocation;

import dev.muster.cli.client.Document;
import dev.muster.pki.revocation.RevocationReason;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Why something is revoked, and what is said of it. */
final class RevocationOptions {
    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "As RFC 5280 spells it: unspecified, keyCompromise, cACompromise, affiliationChanged,"
                    + " superseded, cessationOfOperation, certificateHold, privilegeWithdrawn or aACompromise."
                    + " certificateHold alone can be taken back. Default: unspecified.")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--note", paramLabel = "TEXT", description = "Words of your own, kept with it.")
    private Optional<String> note = Optional.empty();

    @Option(
            names = "--invalid-since",
            paramLabel = "TIME",
            description = "Since when the key is not to be trusted, such as 2026-01-31T00:00:00Z.")
    private Optional<Instant> invalidSince = Optional.empty();

    /** The body of a call that revokes the named thing. */
    Map<String, Object> wish(String name, Object value) {
        Map<String, Object> wish = new HashMap<>(Map.of(name, value));
        reason.map(RevocationReason::parse).ifPresent(known -> wish.put("reason", known.toString()));
        note.ifPresent(text -> wish.put("note", text));
        invalidSince.ifPresent(time -> wish.put("invalidityDate", time.toString()));
        return wish;
    }

    static void print(PrintWriter out, List<Document> revocations) {
        revocations.forEach(revocation -> out.println("Revoked " + title(revocation) + ", since "
                + revocation.text("revoked") + " (" + revocation.text("reason") + ")."));
        if (revocations.isEmpty()) {
            out.println("The hubs have forgotten its thumbprints; there was no certificate to revoke.");
        }
    }

    static String title(Document revocation) {
        String subject = revocation.text("subject");
        return (subject.isEmpty() ? "the certificate" : subject) + ", SHA-256 " + revocation.text("thumbprint");
    }
}
