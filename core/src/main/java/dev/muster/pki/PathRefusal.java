package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** Says in plain words which certificate of a path breaks which rule, and what to do about it. Stateless. */
final class PathRefusal {
    /** The extensions that the JDK's path validation processes, and that may therefore be critical. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "2.5.29.15",
            "2.5.29.17",
            "2.5.29.19",
            "2.5.29.30",
            "2.5.29.32",
            "2.5.29.33",
            "2.5.29.36",
            "2.5.29.37",
            "2.5.29.54");

    private PathRefusal() {}

    static Refusal of(String subject, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.CERTIFICATE_REFUSED, "Invalid certificate.", new Explanation(subject, rule, remedy));
    }

    static Refusal tooMany(int presented) {
        return of(
                "certificate chain",
                "it has " + presented + " certificates, more than the " + ChainValidator.MAX_CHAIN_LENGTH
                        + " that are accepted",
                "send the device's own certificate and those of its issuers, nothing else");
    }

    /** Refuses a certificate outside its validity, whose both ends belong to it (RFC 5280 section 4.1.2.5). */
    static void checkDates(Certificate certificate, Path path, Instant now) {
        if (now.isAfter(certificate.notAfter())) {
            throw expired(certificate, path);
        }
        if (now.isBefore(certificate.notBefore())) {
            throw notYetValid(certificate, path);
        }
    }

    static Refusal of(CertPathValidatorException e, Path path) {
        // Without an index the JDK speaks of the whole path; the leaf stands for it.
        int index = Math.max(e.getIndex(), 0);
        Certificate certificate = path.certificates().get(index);
        Certificate issuer = path.certificates().get(index + 1);
        return switch (e.getReason()) {
            case BasicReason reason ->
                switch (reason) {
                    case EXPIRED -> expired(certificate, path);
                    case NOT_YET_VALID -> notYetValid(certificate, path);
                    case INVALID_SIGNATURE -> wrongSignature(certificate, issuer, path);
                    case ALGORITHM_CONSTRAINED -> weak(certificate, path, e);
                    case REVOKED, UNDETERMINED_REVOCATION_STATUS, UNSPECIFIED -> other(certificate, path, e);
                };
            case PKIXReason reason ->
                switch (reason) {
                    case NOT_CA_CERT -> noAuthority(certificate, path);
                    case PATH_TOO_LONG -> pathTooLong(certificate, path);
                    case INVALID_KEY_USAGE -> mayNotSign(certificate, path);
                    case INVALID_NAME -> nameNotPermitted(certificate, path);
                    case UNRECOGNIZED_CRIT_EXT -> unknownExtension(certificate, path);
                    case INVALID_POLICY -> policy(certificate, path);
                    case NAME_CHAINING, NO_TRUST_ANCHOR -> other(certificate, path, e);
                };
            case Reason _ -> other(certificate, path, e);
        };
    }

    static Refusal noAuthority(Certificate certificate, Path path) {
        return of(
                path.title(certificate),
                "it is no certificate authority (basic constraints), and may not issue the certificate before it",
                "issue that with an authority's certificate, or reissue this one with basic constraints CA:true");
    }

    static Refusal mayNotSign(Certificate certificate, Path path) {
        return of(
                path.title(certificate),
                "its key usage does not let it sign certificates",
                "reissue it with the key usage keyCertSign");
    }

    static Refusal pathTooLong(Certificate certificate, Path path) {
        return of(
                path.title(certificate),
                "it is one authority more than the path length of an authority above it allows",
                "issue with fewer authorities between, or reissue the one above with a greater path length");
    }

    static Refusal nameNotPermitted(Certificate certificate, Path path) {
        return of(
                path.title(certificate),
                "the name constraints of an authority above it do not permit its name",
                "issue it a name within those constraints, or reissue the authority with wider ones");
    }

    private static Refusal expired(Certificate certificate, Path path) {
        return of(path.title(certificate), "it expired on " + certificate.notAfter(), renewal(certificate, path));
    }

    private static String renewal(Certificate certificate, Path path) {
        return certificate.equals(path.leaf())
                ? "give the device a new certificate"
                : "renew the authority's certificate, and let the device send the new one or store it here";
    }

    private static Refusal notYetValid(Certificate certificate, Path path) {
        return of(
                path.title(certificate),
                "it is not valid before " + certificate.notBefore(),
                "compare the clocks of this server and of whoever issued it, or wait");
    }

    private static Refusal wrongSignature(Certificate certificate, Certificate issuer, Path path) {
        return of(
                path.title(certificate),
                "its signature does not verify with the key of " + issuer.subject() + " (SHA-256 " + issuer.thumbprint()
                        + ")",
                "send the certificate of the authority that really issued it");
    }

    private static Refusal weak(Certificate certificate, Path path, CertPathValidatorException e) {
        return of(
                path.title(certificate),
                "its key (" + KeyAlgorithm.describe(certificate.x509().getPublicKey()) + ") or its signature ("
                        + certificate.x509().getSigAlgName() + ") is too weak: " + e.getMessage(),
                "reissue it with SHA-256 and a key of EC P-256 or RSA 2048 bits at least");
    }

    private static Refusal unknownExtension(Certificate certificate, Path path) {
        Set<String> unknown = new TreeSet<>(criticalExtensions(certificate.x509()));
        unknown.removeAll(UNDERSTOOD);
        return of(
                path.title(certificate),
                "it has the critical extension " + String.join(", ", unknown) + ", which is not understood here",
                "reissue it without that extension, or with the extension not critical");
    }

    private static Refusal policy(Certificate certificate, Path path) {
        return of(
                path.title(certificate),
                "an authority above it demands a certificate policy that does not hold for the whole path",
                "reissue the certificates with the policy that the authority demands");
    }

    private static Refusal other(Certificate certificate, Path path, CertPathValidatorException e) {
        return of(path.title(certificate), "it is refused: " + e.getMessage(), "reissue it");
    }

    private static Set<String> criticalExtensions(X509Certificate certificate) {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        return critical == null ? Set.of() : critical;
    }
}
