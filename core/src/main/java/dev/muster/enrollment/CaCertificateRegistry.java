package dev.muster.enrollment;

import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.pki.Certificate;
import dev.muster.pki.ProofOfPossession;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The owner's CA certificates, and the proof that the owner has their keys: a certificate that the authority signs for
 * a code that it could not know before. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-verify-certificates">DPS: proof of possession</a>
 */
public final class CaCertificateRegistry {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";

    private final CaCertificates certificates;
    private final Transactions transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    public CaCertificateRegistry(
            CaCertificates certificates, Transactions transactions, InstantSource clock, RandomGenerator random) {
        this.certificates = certificates;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public CaCertificate find(String name) {
        return certificates
                .find(name)
                .orElseThrow(() -> new Refusal(Reason.ENROLLMENT_NOT_FOUND, "Certificate not found."));
    }

    /** In the order of their names. */
    public List<CaCertificate> list() {
        return certificates.list();
    }

    /**
     * Stores a certificate. What was proved stays proved as long as key and subject are the same, and a code stays
     * good; with another key or subject it is unverified and has no code. Groups that name it follow at once.
     *
     * @param vouched whether the owner vouches for it, so that no proof is needed
     * @throws Refusal INVALID_ARGUMENT, or what the precondition throws
     */
    public CaCertificate upload(String name, Certificate certificate, boolean vouched, Precondition precondition) {
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT, "A certificate's name has 1 to 64 letters, digits, '.', '_' or '-'.");
        }
        checkAuthority(certificate);
        return transactions.run(() -> {
            Optional<CaCertificate> before = certificates.find(name);
            Optional<CaCertificate> same = before.filter(known -> isSameAuthority(known.certificate(), certificate));
            Instant now = clock.instant();
            CaCertificate after = new CaCertificate(
                    before.map(CaCertificate::name).orElse(name),
                    certificate,
                    same.flatMap(CaCertificate::verificationCode),
                    vouched || same.filter(CaCertificate::verified).isPresent(),
                    new Enrollment.Stamp(
                            Etag.random(random),
                            before.map(known -> known.stamp().created()).orElse(now),
                            now));
            certificates.put(after, precondition);
            return after;
        });
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    public CaCertificate generateVerificationCode(String name, Precondition precondition) {
        return transactions.run(() -> {
            CaCertificate after = find(name)
                    .withVerificationCode(ProofOfPossession.newCode(random), Etag.random(random), clock.instant());
            certificates.put(after, precondition);
            return after;
        });
    }

    /**
     * Takes a proof of possession.
     *
     * @param proof a certificate with the verification code as its common name, signed with the authority's key
     * @throws Refusal ENROLLMENT_NOT_FOUND, INVALID_ARGUMENT, or what the precondition throws
     */
    public CaCertificate verify(String name, Certificate proof, Precondition precondition) {
        return transactions.run(() -> {
            CaCertificate known = find(name);
            // Before the proof: who holds an old version has an old code too, and should learn of the former.
            precondition.check("Certificate", Optional.of(known.stamp().etag()));
            Instant now = clock.instant();
            String code = known.verificationCode().orElseThrow(() -> unasked(known));
            ProofOfPossession.check(known.certificate(), code, proof, now);
            CaCertificate after = known.proved(Etag.random(random), now);
            certificates.put(after, precondition);
            return after;
        });
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    public void delete(String name, Precondition precondition) {
        find(name);
        certificates.delete(name, precondition);
    }

    /** A root of X.509 version 1 says nothing of being an authority; one that says it is none is a mistake. */
    private static void checkAuthority(Certificate certificate) {
        if (certificate.x509().getExtensionValue(BASIC_CONSTRAINTS) != null && !certificate.isAuthority()) {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The certificate is not that of an authority.",
                    new Explanation(
                            "certificate " + certificate.subject(),
                            "its basic constraints say CA:false",
                            "upload the certificate of its issuer, " + certificate.issuer()));
        }
    }

    private static boolean isSameAuthority(Certificate one, Certificate other) {
        return one.x509().getPublicKey().equals(other.x509().getPublicKey())
                && one.x509().getSubjectX500Principal().equals(other.x509().getSubjectX500Principal());
    }

    private static Refusal unasked(CaCertificate authority) {
        return new Refusal(
                Reason.INVALID_ARGUMENT,
                "Proof-Of-Possession failed. No verification code was asked for.",
                new Explanation(
                        "certificate '" + authority.name() + "'",
                        "it has no verification code",
                        "generate one and sign a certificate for it"));
    }
}
