package dev.muster.cli.command.authority;

import dev.muster.cli.command.DurationConverter;
import dev.muster.pki.KeyAlgorithm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an owner says of an authority's own key and certificate. */
final class CertificateOptions {
    @Option(
            names = "--common-name",
            paramLabel = "TEXT",
            description = "In the subject of its certificate (default: its name).")
    private Optional<String> commonName = Optional.empty();

    @Option(
            names = "--key-algorithm",
            paramLabel = "ALGORITHM",
            description = "One of ${COMPLETION-CANDIDATES} (default: ec-p384 for a root and for a request,"
                    + " ec-p256 for others).")
    private Optional<KeyAlgorithm> algorithm = Optional.empty();

    @Option(
            names = "--validity",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long its certificate lasts, such as 3650d, but never longer than its issuer's (default:"
                    + " a root 7300d, others 3650d).")
    private Optional<Duration> validity = Optional.empty();

    @Option(
            names = "--vault",
            paramLabel = "NAME",
            description = "Where its key is made and kept: 'files' in the data directory (default), or the name of a"
                    + " token in muster.yaml.")
    private Optional<String> vault = Optional.empty();

    Map<String, Object> draft() {
        Map<String, Object> draft = new LinkedHashMap<>();
        commonName.ifPresent(value -> draft.put("commonName", value));
        algorithm.ifPresent(value -> draft.put("keyAlgorithm", value.toString()));
        validity.ifPresent(value -> draft.put("validity", value.toString()));
        vault.ifPresent(value -> draft.put("vault", value));
        return draft;
    }

    /** For a root that is made on the way: in the same vault, and the rest by default. */
    Map<String, Object> rootDraft() {
        Map<String, Object> draft = new LinkedHashMap<>();
        vault.ifPresent(value -> draft.put("vault", value));
        return draft;
    }
}
