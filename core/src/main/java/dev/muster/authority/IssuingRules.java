package dev.muster.authority;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What an authority issues to devices, and to which.
 *
 * @param validity how long a certificate lasts
 * @param keys the kinds of keys that it certifies; not empty
 * @param purposes what the certificates are for, in TLS; not empty
 * @param ids a regular expression that the whole of a device's id must match; empty: any device's
 * @param approval whether the owner agrees to each certificate before it is issued, but for renewals
 */
public record IssuingRules(
        Duration validity, Set<KeyAlgorithm> keys, List<Purpose> purposes, Optional<String> ids, boolean approval) {
    private static final Duration SHORTEST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofDays(36_525);
    private static final int MAX_PATTERN = 256;

    public IssuingRules {
        keys = Set.copyOf(keys);
        purposes = List.copyOf(purposes);
    }

    /** Without approval. */
    public IssuingRules(Duration validity, Set<KeyAlgorithm> keys, List<Purpose> purposes, Optional<String> ids) {
        this(validity, keys, purposes, ids, false);
    }

    /** Thirty days, any key that is strong enough, TLS clients, any device. */
    public static IssuingRules defaults() {
        return new IssuingRules(
                Duration.ofDays(30), EnumSet.allOf(KeyAlgorithm.class), List.of(Purpose.CLIENT), Optional.empty());
    }

    /** @throws Refusal INVALID_ARGUMENT for rules that make no sense */
    void check() {
        if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(LONGEST) > 0) {
            throw invalid("validity", "it is not between 5 minutes and 100 years");
        }
        if (keys.isEmpty() || purposes.isEmpty()) {
            throw invalid("keys and purposes", "none is allowed");
        }
        if (ids.isPresent()) {
            checkPattern(ids.get());
        }
    }

    private static void checkPattern(String pattern) {
        if (pattern.length() > MAX_PATTERN) {
            throw invalid("ids", "the expression has more than " + MAX_PATTERN + " characters");
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw invalid("ids", "it is no regular expression: " + e.getDescription() + " at index " + e.getIndex());
        }
    }

    /**
     * Judges a device's wish.
     *
     * @param id of the device that wishes it, which the request must name as it is spelled
     * @throws Refusal INVALID_ARGUMENT, or FORBIDDEN for a device that this authority does not serve
     */
    void check(String id, Csr request) {
        checkName(id, request);
        if (ids.filter(pattern -> !Pattern.matches(pattern, id)).isPresent()) {
            throw new Refusal(
                    Refusal.Reason.FORBIDDEN,
                    "The certificate authority does not issue to this device.",
                    new Explanation(
                            "device '" + id + "'",
                            "its id does not match '" + ids.get() + "'",
                            "let another authority issue to it, or widen this one's rules"));
        }
        Optional<KeyAlgorithm> kind = KeyAlgorithm.of(request.key());
        if (kind.filter(keys::contains).isEmpty()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The certificate authority does not certify keys of this kind.",
                    new Explanation(
                            "certificate signing request",
                            "its key is of " + KeyAlgorithm.describe(request.key()),
                            "use one of "
                                    + keys.stream()
                                            .sorted()
                                            .map(KeyAlgorithm::toString)
                                            .collect(Collectors.joining(", "))));
        }
    }

    /**
     * Whether a request names the device that sends it.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static void checkName(String id, Csr request) {
        String name = request.commonName().orElse("");
        if (!name.equals(id)) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The common name of the certificate signing request is not the device's id.",
                    new Explanation(
                            "certificate signing request",
                            "its common name is '" + name.replaceAll("\\p{Cntrl}", "?") + "', not '" + id + "'",
                            "make the request for CN=" + id + ", spelled exactly so"));
        }
    }

    private static Refusal invalid(String what, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The issuing rules cannot be used: " + what + ": " + rule + ".",
                new Explanation(what, rule, "correct it"));
    }
}
