package dev.muster.pki;

import dev.muster.base.Refusal;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.security.auth.x500.X500Principal;

/**
 * Finds and judges certificate paths. Thread-safe; stateless but for what it is told of revocations.
 *
 * <p>No verdict is ever remembered: every rule is applied anew to every path. What would cost, the signatures, the
 * JDK's certificates remember themselves (see {@link Certificate#isSignedBy}), and its certificate factory returns the
 * same object for the same bytes. So a device of a known authority costs the verification of one signature, its own.
 */
public final class ChainValidator {
    /** Certificates that a peer may present; what it sends beyond is refused before any of it is looked at. */
    public static final int MAX_CHAIN_LENGTH = 10;

    /** Certificates that a path may have, with what is known put together; keeps cross-signed webs from growing it. */
    private static final int MAX_PATH_LENGTH = 16;

    /**
     * A certificate that is signed by itself and by others, once each, comes first: then the path goes on through its
     * other forms, and whichever of them is trusted is met. Of the renewals of an authority the newest is taken.
     */
    private static final Comparator<Certificate> PREFERENCE = Comparator.comparing(Certificate::isSelfIssued)
            .thenComparing(Certificate::notAfter)
            .reversed();

    private final RevocationStatus status;

    /** One that looks at no revocation. */
    public ChainValidator() {
        this(RevocationStatus.NONE);
    }

    public ChainValidator(RevocationStatus status) {
        this.status = status;
    }

    RevocationStatus status() {
        return status;
    }

    /**
     * Follows signatures from the leaf upward, through what is known and what was presented, as far as they lead. What
     * was revoked is followed only where nothing else leads on.
     *
     * @param presented leaf first, the rest in any order; not empty
     * @throws Refusal CERTIFICATE_REFUSED when more than {@link #MAX_CHAIN_LENGTH} were presented
     */
    public Path build(List<Certificate> presented, KnownAuthorities known) {
        if (presented.size() > MAX_CHAIN_LENGTH) {
            throw PathRefusal.tooMany(presented.size());
        }
        List<Certificate> path = new ArrayList<>(List.of(presented.getFirst()));
        while (path.size() < MAX_PATH_LENGTH) {
            Certificate top = path.getLast();
            Set<Certificate> candidates = issuersByName(top, presented, known);
            path.forEach(candidates::remove);
            List<Certificate> issuers = signers(top, candidates);
            if (issuers.isEmpty()) {
                return new Path(path, end(top, candidates));
            }
            path.add(preferred(issuers, presented, known));
        }
        return new Path(path, "it has reached " + MAX_PATH_LENGTH + " certificates, the most that are followed");
    }

    /** The first of the candidates that signed it; all of them where it matters which. */
    private List<Certificate> signers(Certificate certificate, Set<Certificate> candidates) {
        return candidates.stream()
                .filter(certificate::isSignedBy)
                .limit(status.concernsAuthorities() ? candidates.size() : 1)
                .toList();
    }

    /**
     * The first that was not revoked. An authority that others have signed too holds where one of its certificates
     * does, so one that a revoked authority signed comes after those of others.
     */
    private Certificate preferred(List<Certificate> issuers, List<Certificate> presented, KnownAuthorities known) {
        if (issuers.size() == 1) {
            return issuers.getFirst();
        }
        List<Certificate> holding = issuers.stream().filter(this::holds).toList();
        return holding.stream()
                .filter(issuer -> {
                    List<Certificate> above = signers(issuer, issuersByName(issuer, presented, known));
                    return above.isEmpty() || above.stream().anyMatch(this::holds);
                })
                .findFirst()
                .or(() -> holding.stream().findFirst())
                .orElseGet(issuers::getFirst);
    }

    /** Whether nothing is known against a certificate by itself. */
    boolean holds(Certificate certificate) {
        return status.objection(certificate, List.of()).isEmpty();
    }

    private static Set<Certificate> issuersByName(
            Certificate certificate, List<Certificate> presented, KnownAuthorities known) {
        X500Principal name = certificate.x509().getIssuerX500Principal();
        List<Certificate> sent = new ArrayList<>();
        for (Certificate other : presented) {
            if (other.x509().getSubjectX500Principal().equals(name)) {
                sent.add(other);
            }
        }
        Set<Certificate> candidates = new LinkedHashSet<>(preferred(known.withSubject(name)));
        candidates.addAll(preferred(sent));
        return candidates;
    }

    private static List<Certificate> preferred(List<Certificate> certificates) {
        return certificates.size() < 2
                ? certificates
                : certificates.stream().sorted(PREFERENCE).toList();
    }

    private static String end(Certificate top, Set<Certificate> candidates) {
        if (top.isSelfIssued() && top.isSignedBy(top)) {
            return "it is self-signed";
        }
        if (candidates.isEmpty()) {
            return top.isSelfIssued()
                    ? "its signature does not verify with its own key, and no other certificate named " + top.issuer()
                            + " was presented or is known"
                    : "no certificate named " + top.issuer() + " was presented or is known";
        }
        return "its signature does not verify with "
                + candidates.stream()
                        .map(candidate -> candidate.subject() + " (SHA-256 " + candidate.thumbprint() + ")")
                        .collect(Collectors.joining(" nor with "))
                + ", the only certificate of its issuer's name that was presented or is known";
    }

    /**
     * Judges the part of a path from its leaf up to an anchor, by RFC 5280 section 6: dates, signatures, basic, path
     * length and name constraints, key usage, policies, critical extensions, algorithms. The anchor's own dates and
     * constraints count too (RFC 5937). Revocation is looked at by {@link #refuseRevoked}. Keys and algorithms are weak
     * where the JDK's {@code jdk.certpath.disabledAlgorithms} says so: RSA below 1024 bits, EC below 224, MD5.
     *
     * @param anchor one of the path's issuers, trusted by the caller
     * @throws Refusal CERTIFICATE_REFUSED, its explanation naming the certificate and the rule
     */
    public void validate(Path path, Certificate anchor, Instant now) {
        refuseAuthority(path.leaf(), path);
        validateIssuer(path, anchor, now);
    }

    /**
     * As {@link #validate}, for one who may be an authority: not a device, but who vouches for something else.
     *
     * @throws Refusal CERTIFICATE_REFUSED
     */
    public void validateIssuer(Path path, Certificate anchor, Instant now) {
        int above = path.certificates().indexOf(anchor);
        if (above < 1) {
            throw new IllegalArgumentException(anchor + " is none of the issuers in the path");
        }
        List<Certificate> judged = path.certificates().subList(0, above);
        new AnchorRules(path, anchor).check(judged, now);
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(trust(anchor)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(certPath(judged), parameters);
        } catch (CertPathValidatorException e) {
            throw PathRefusal.of(e, path);
        } catch (InvalidAlgorithmParameterException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform validates PKIX paths", e);
        }
    }

    /**
     * Judges all of a path by whether it was revoked, what is above the anchor included: an owner who revokes a root
     * means everything below it. May ask authorities elsewhere, and take seconds then.
     *
     * @throws Refusal CERTIFICATE_REFUSED, its explanation naming the certificate and when and why it was revoked
     */
    public void refuseRevoked(Path path) {
        List<Certificate> certificates = path.certificates();
        for (int i = 0; i < certificates.size(); i++) {
            Certificate certificate = certificates.get(i);
            List<Certificate> issuers = certificates.subList(i + 1, certificates.size());
            status.objection(certificate, issuers).ifPresent(objection -> {
                throw PathRefusal.of(path.title(certificate), objection.rule(), objection.remedy());
            });
        }
    }

    /**
     * What those say who issued the certificates of a path and were asked whether they have revoked them, for the
     * owner: nothing where nobody was. May take seconds.
     */
    public String evidence(Path path) {
        List<Certificate> certificates = path.certificates();
        return IntStream.range(0, certificates.size())
                .mapToObj(at -> status.evidence(certificates.get(at), certificates.subList(at + 1, certificates.size()))
                        .map(found -> " Of " + path.title(certificates.get(at)) + ", was asked: " + found + "."))
                .flatMap(Optional::stream)
                .collect(Collectors.joining());
    }

    /**
     * Judges a leaf by itself, as far as that goes: its dates, and that it is no authority.
     *
     * @throws Refusal CERTIFICATE_REFUSED, its explanation naming the certificate and the rule
     */
    public void validateLeaf(Certificate leaf, Instant now) {
        Path path = new Path(List.of(leaf), "it was judged by itself");
        refuseAuthority(leaf, path);
        PathRefusal.checkDates(leaf, path, now);
    }

    private static void refuseAuthority(Certificate leaf, Path path) {
        if (leaf.isAuthority()) {
            throw PathRefusal.of(
                    path.title(leaf),
                    "it is a certificate authority (basic constraints), and a device's certificate must not be one",
                    "issue an end-entity certificate to the device, and let it come first in what the device sends");
        }
    }

    // By name and key, as RFC 5280 section 6.1.1 (d) has it: with a certificate the JDK would also compare key
    // identifiers, which differ between renewals of one authority by different tools.
    private static TrustAnchor trust(Certificate anchor) {
        return new TrustAnchor(
                anchor.x509().getSubjectX500Principal(), anchor.x509().getPublicKey(), null);
    }

    private static CertPath certPath(List<Certificate> certificates) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertPath(
                            certificates.stream().map(Certificate::x509).toList());
        } catch (CertificateException e) {
            throw new IllegalStateException("every Java platform has X.509 paths", e);
        }
    }
}
