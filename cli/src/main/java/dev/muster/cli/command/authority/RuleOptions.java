package dev.muster.cli.command.authority;

import dev.muster.cli.command.DurationConverter;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.KeyAlgorithm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What an authority issues to devices, and to which. */
final class RuleOptions {
    @Option(
            names = "--leaf-validity",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long the certificates of devices last, such as 90d or 12h (default: 30d).")
    private Optional<Duration> validity = Optional.empty();

    @Option(
            names = "--leaf-key",
            paramLabel = "ALGORITHM",
            split = ",",
            description = "Kinds of keys that it certifies, of ${COMPLETION-CANDIDATES} (default: all).")
    private List<KeyAlgorithm> keys = List.of();

    @Option(
            names = "--purpose",
            paramLabel = "PURPOSE",
            split = ",",
            description = "What devices may be in TLS with their certificates, client or server (default: client).")
    private List<Purpose> purposes = List.of();

    @Option(
            names = "--ids",
            paramLabel = "REGEX",
            description = "Regular expression that the whole id of a device must match, such as 'plant7-.*'; '' for any"
                    + " (default).")
    private Optional<String> ids = Optional.empty();

    @Option(
            names = "--approval",
            negatable = true,
            description =
                    "Whether you approve each new certificate ('muster certificates requests') before it is issued;"
                            + " renewals need no approval (default: --no-approval).")
    private Optional<Boolean> approval = Optional.empty();

    /** Those that were named. */
    Map<String, Object> rules() {
        Map<String, Object> rules = new LinkedHashMap<>();
        validity.ifPresent(value -> rules.put("validity", value.toString()));
        if (!keys.isEmpty()) {
            rules.put("keyAlgorithms", keys.stream().map(KeyAlgorithm::toString).toList());
        }
        if (!purposes.isEmpty()) {
            rules.put(
                    "purposes",
                    purposes.stream()
                            .map(purpose -> purpose.name().toLowerCase(Locale.ROOT))
                            .toList());
        }
        ids.ifPresent(value -> rules.put("ids", value));
        approval.ifPresent(value -> rules.put("approval", value));
        return rules;
    }
}
