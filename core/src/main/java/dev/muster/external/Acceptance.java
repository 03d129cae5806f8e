package dev.muster.external;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.external.ExternalIssuer.Answer.Certified;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Path;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Judges what an authority elsewhere has sent, before any device or hub hears of it. Safe for any number of threads.
 */
final class Acceptance {
    /** Clocks differ, and not every authority lets its certificates begin in the past. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** Of TLS clients, and of everything (RFC 5280 section 4.2.1.12). */
    private static final Set<String> CLIENT_PURPOSES = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

    private final ChainValidator validator;
    private final InstantSource clock;

    Acceptance(ChainValidator validator, InstantSource clock) {
        this.validator = validator;
        this.clock = clock;
    }

    /**
     * @param whose the authority, for the owner
     * @return the certificate first, then its issuers' as far as they are known
     * @throws Refusal FORBIDDEN, saying what is wrong with the certificate
     */
    List<Certificate> chain(String whose, String subject, Csr request, Certified answer) {
        Certificate certificate = answer.certificate();
        if (!certificate.x509().getPublicKey().equals(request.key())) {
            throw unfit(
                    whose,
                    "it certifies another key ("
                            + KeyAlgorithm.describe(certificate.x509().getPublicKey()) + ") than the request's",
                    "");
        }
        if (!certificate.commonName().equals(Optional.of(subject))) {
            throw unfit(
                    whose,
                    "it is for " + certificate.subject() + ", and the request was for CN=" + subject,
                    "let the authority take the common name from the request");
        }
        List<Certificate> presented = Stream.concat(Stream.of(certificate), answer.others().stream())
                .distinct()
                .limit(ChainValidator.MAX_CHAIN_LENGTH)
                .toList();
        Path path = validator.build(
                presented,
                name -> answer.authorities().stream()
                        .filter(authority ->
                                authority.x509().getSubjectX500Principal().equals(name))
                        .toList());
        Certificate anchor = path.issuers().reversed().stream()
                .filter(answer.authorities()::contains)
                .findFirst()
                .orElseThrow(() -> unfit(
                        whose,
                        "it does not lead to a certificate that the authority says is its own: " + path.end(),
                        "let it give out all its certificates"));
        try {
            validator.validate(path, anchor, moment(certificate));
            validator.refuseRevoked(path);
        } catch (Refusal refusal) {
            throw unfit(whose, refusal.explanation().map(Explanation::toString).orElseGet(refusal::text), "");
        }
        checkPurpose(whose, certificate);
        return path.certificates();
    }

    private Instant moment(Certificate certificate) {
        Instant now = clock.instant();
        Instant begin = certificate.notBefore();
        return begin.isAfter(now) && begin.minus(CLOCK_SKEW).isBefore(now) ? begin : now;
    }

    /** One that says what it is for must say so of TLS clients, or no device could connect with it. */
    private static void checkPurpose(String whose, Certificate certificate) {
        boolean[] usage = certificate.x509().getKeyUsage();
        List<String> purposes;
        try {
            purposes = certificate.x509().getExtendedKeyUsage();
        } catch (CertificateParsingException _) {
            purposes = List.of();
        }
        boolean signs = usage == null || usage[0];
        if (!signs || (purposes != null && purposes.stream().noneMatch(CLIENT_PURPOSES::contains))) {
            throw unfit(
                    whose,
                    signs
                            ? "its extended key usage leaves out TLS clients"
                            : "its key usage leaves out digital signatures",
                    "let the authority issue certificates for TLS clients");
        }
    }

    private static Refusal unfit(String whose, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.FORBIDDEN,
                "The certificate authority sent a certificate that cannot be used.",
                new Explanation(
                        "certificate of " + whose,
                        rule,
                        remedy.isEmpty() ? "see that it is the authority, and the profile, that is meant" : remedy));
    }
}
