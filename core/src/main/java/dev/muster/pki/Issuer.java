package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/**
 * Signs certificates with one authority's key, in two steps: what shall be signed is prepared and checked; then it is
 * signed, once, and the result compared with what was prepared. Thread-safe.
 */
public final class Issuer {
    /** RFC 5280 appendix A.1, ub-common-name. */
    private static final int MAX_COMMON_NAME = 64;

    private static final int SERIAL_BITS = 128;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    private static final int MIN_EC_BITS = 256;

    /** Devices' clocks are behind more often than not. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final byte[] VERSION_3 = Der.tagged(0, Der.encode(new ASN1Integer(2)));

    private final Optional<Certificate> certificate;
    private final X500Name name;
    private final KeyPair keys;
    private final InstantSource clock;
    private final SecureRandom random;
    private final byte[] issuerName;
    private final byte[] signatureAlgorithm;
    private final ProfileExtensions extensions;

    /**
     * Whether a signature is verified before it is given away. A faulty one of RSA gives the key away (Boneh, DeMillo
     * and Lipton 1997), and one from a token has come a long way; both were dear to make. With an EC key at hand a
     * verification takes three times as long as the signature and shows what {@link #of} has shown: that the key is the
     * right one. Who signs his own certificate has not shown it yet.
     */
    private final boolean verifies;

    private Issuer(
            Optional<Certificate> certificate,
            X500Name name,
            KeyPair keys,
            Pointers pointers,
            InstantSource clock,
            SecureRandom random) {
        this.certificate = certificate;
        this.name = name;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        this.issuerName = Der.encode(name);
        this.signatureAlgorithm = Der.encode(new DefaultSignatureAlgorithmIdentifierFinder()
                .find(KeyAlgorithm.signatureAlgorithm(keys.getPublic())));
        this.extensions = new ProfileExtensions(certificate, keys.getPublic(), pointers);
        this.verifies = certificate.isEmpty()
                || keys.getPrivate() instanceof RSAKey
                || keys.getPrivate().getEncoded() == null;
    }

    /**
     * Where others learn more of an issuer's certificates: URLs, each in every certificate that it issues (RFC 5280
     * sections 4.2.1.13 and 4.2.2.1).
     *
     * @param revocations its CRL
     * @param status its OCSP responder
     * @param issuer its own certificate
     */
    public record Pointers(Optional<String> revocations, Optional<String> status, Optional<String> issuer) {
        public static Pointers none() {
            return new Pointers(Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** This issuer, whose certificates say where to learn more. */
    public Issuer pointingTo(Pointers others) {
        return new Issuer(certificate, name, keys, others, clock, random);
    }

    /**
     * An authority that has a certificate.
     *
     * @throws Refusal INVALID_ARGUMENT when the key is not the certificate's, or the certificate not an authority's
     */
    public static Issuer of(Certificate certificate, PrivateKey key, InstantSource clock, SecureRandom random) {
        KeyPair keys = new KeyPair(certificate.x509().getPublicKey(), key);
        if (!belongTogether(keys)) {
            throw refused(
                    certificate.subject(), "the key is not this certificate's", "name the key that belongs to it");
        }
        if (!certificate.isAuthority() || !certificate.maySignCertificates()) {
            throw refused(
                    certificate.subject(),
                    "it is no certificate authority (basic constraints, key usage) and may not issue others",
                    "name the certificate of a root or an intermediate");
        }
        X500Name name = X500Name.getInstance(
                certificate.x509().getSubjectX500Principal().getEncoded());
        return new Issuer(Optional.of(certificate), name, keys, Pointers.none(), clock, random);
    }

    /** One that signs its own certificate, and only that: a root, or a device without an authority. */
    public static Issuer selfSigned(String commonName, KeyPair keys, InstantSource clock, SecureRandom random) {
        checkName(commonName);
        return new Issuer(Optional.empty(), DistinguishedNames.named(commonName), keys, Pointers.none(), clock, random);
    }

    /**
     * What is wished for.
     *
     * @param alternativeNames DNS names and IP addresses, for servers
     * @param validity empty: the profile's
     */
    public record Request(
            CertificateProfile profile,
            String commonName,
            PublicKey key,
            List<String> alternativeNames,
            Optional<Duration> validity) {
        public Request {
            alternativeNames = List.copyOf(alternativeNames);
        }

        public static Request of(CertificateProfile profile, String commonName, PublicKey key) {
            return new Request(profile, commonName, key, List.of(), Optional.empty());
        }
    }

    /** What was checked and may be signed, once and by the issuer that prepared it. */
    public static final class Prepared {
        private final Issuer issuer;
        private final Request request;
        private final byte[] subject;
        private final Instant notAfter;
        private final byte[] content;
        private final AtomicBoolean used = new AtomicBoolean();

        private Prepared(Issuer issuer, Request request, byte[] subject, Instant notAfter, byte[] content) {
            this.issuer = issuer;
            this.request = request;
            this.subject = subject;
            this.notAfter = notAfter;
            this.content = content;
        }

        /** When the certificate will expire: as asked for, but never after its issuer. */
        public Instant notAfter() {
            return notAfter;
        }

        private boolean became(Certificate issued) {
            return Arrays.equals(
                            issued.x509().getPublicKey().getEncoded(),
                            request.key().getEncoded())
                    && Arrays.equals(issued.x509().getSubjectX500Principal().getEncoded(), subject)
                    && issued.notAfter().equals(notAfter)
                    && issued.isAuthority() == request.profile().authority();
        }
    }

    /**
     * Checks a wish and lays out the certificate.
     *
     * @throws Refusal INVALID_ARGUMENT naming what cannot be issued and why
     */
    public Prepared prepare(Request request) {
        checkName(request.commonName());
        checkKey(request);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant notBefore = now.minus(BACKDATED);
        Instant notAfter = now.plus(request.validity().orElse(request.profile().validity()));
        if (!notAfter.isAfter(now)) {
            throw refused(request.commonName(), "it would expire at once", "ask for a day or more");
        }
        X500Name subject = DistinguishedNames.named(request.commonName());
        if (certificate.isPresent()) {
            Certificate above = certificate.get();
            checkIssuer(above, request.profile(), now);
            // Nothing outlives its issuer, or is older than it.
            notAfter = notAfter.isAfter(above.notAfter()) ? above.notAfter() : notAfter;
            notBefore = notBefore.isBefore(above.notBefore()) ? above.notBefore() : notBefore;
        } else if (!subject.equals(name) || !request.key().equals(keys.getPublic())) {
            throw refused(
                    request.commonName(),
                    "a self-signed certificate has the name and the key of its issuer",
                    "issue it with an authority");
        }
        SubjectPublicKeyInfo key =
                SubjectPublicKeyInfo.getInstance(request.key().getEncoded());
        byte[] subjectName = Der.encode(subject);
        byte[] content = Der.sequence(
                VERSION_3,
                Der.encode(new ASN1Integer(serial())),
                signatureAlgorithm,
                issuerName,
                Der.sequence(Der.time(notBefore), Der.time(notAfter)),
                subjectName,
                Der.encode(key),
                Der.tagged(3, extensions.of(request, key)));
        return new Prepared(this, request, subjectName, notAfter, content);
    }

    /**
     * Signs what was prepared.
     *
     * @throws Refusal UNAVAILABLE when the key does not sign, such as one in a token that is gone
     * @throws IllegalStateException when it was signed already, by another issuer, or came out different
     */
    public Certificate issue(Prepared prepared) {
        if (prepared.issuer != this || !prepared.used.compareAndSet(false, true)) {
            throw new IllegalStateException("what was prepared is signed once, by the issuer that prepared it");
        }
        try {
            Signature signature = Signature.getInstance(KeyAlgorithm.signatureAlgorithm(keys.getPublic()));
            signature.initSign(keys.getPrivate(), random);
            signature.update(prepared.content);
            Certificate issued = Certificate.parse(
                    Der.sequence(prepared.content, signatureAlgorithm, Der.encode(new DERBitString(signature.sign()))));
            if (verifies) {
                issued.x509().verify(keys.getPublic());
            }
            if (!prepared.became(issued)) {
                throw new IllegalStateException("what was signed is not what was prepared");
            }
            return issued;
        } catch (GeneralSecurityException | ProviderException e) {
            throw unavailable(name.toString(), e);
        }
    }

    private static Refusal unavailable(String authority, Exception e) {
        return new Refusal(
                Refusal.Reason.UNAVAILABLE,
                "The certificate authority cannot sign now.",
                new Explanation(
                        "the key of " + authority,
                        "it does not sign: " + e.getMessage(),
                        "if it is in a token, see that the token is there and its driver works"));
    }

    /** Prepares and issues in one go, where nobody needs to look between. */
    public Certificate issue(Request request) {
        return issue(prepare(request));
    }

    private static void checkName(String commonName) {
        if (commonName.isBlank()
                || commonName.length() > MAX_COMMON_NAME
                || commonName.chars().anyMatch(Character::isISOControl)) {
            throw refused(
                    "common name '" + commonName.replaceAll("\\p{Cntrl}", "?") + "'",
                    "it is not of 1 to " + MAX_COMMON_NAME + " printable characters",
                    "choose another name");
        }
    }

    private static void checkKey(Request request) {
        boolean strong = switch (request.key()) {
            case RSAPublicKey rsa ->
                rsa.getModulus().bitLength() >= MIN_RSA_BITS
                        && rsa.getModulus().bitLength() <= MAX_RSA_BITS
                        && rsa.getPublicExponent().testBit(0)
                        && rsa.getPublicExponent().bitLength() > 1;
            case ECKey ec -> ec.getParams().getOrder().bitLength() >= MIN_EC_BITS;
            default -> false;
        };
        if (!strong) {
            throw refused(
                    request.commonName(),
                    "its key is of " + KeyAlgorithm.describe(request.key()),
                    "use an EC key of " + MIN_EC_BITS + " bits or more, or an RSA key of " + MIN_RSA_BITS + " to "
                            + MAX_RSA_BITS + " with a usual exponent");
        }
    }

    private static void checkIssuer(Certificate above, CertificateProfile profile, Instant now) {
        if (now.isAfter(above.notAfter())) {
            throw refused(above.subject(), "it expired on " + above.notAfter(), "renew it before it issues others");
        }
        int allowed = above.x509().getBasicConstraints();
        if (profile.authority() && profile.pathLength().orElse(0) >= allowed) {
            throw refused(
                    above.subject(),
                    "its path length of " + allowed + " does not allow such an authority below it",
                    "issue with an authority further up, or reissue this one with a greater path length");
        }
    }

    /**
     * Whether the one half verifies what the other has signed.
     *
     * @throws Refusal UNAVAILABLE when the private key does not sign, such as one in a token that is gone
     */
    public static boolean belongTogether(KeyPair keys) {
        if (!keys.getPublic().getAlgorithm().equals(keys.getPrivate().getAlgorithm())) {
            return false;
        }
        byte[] probe = {1, 2, 3};
        String algorithm = KeyAlgorithm.signatureAlgorithm(keys.getPublic());
        byte[] signed;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(keys.getPrivate());
            signature.update(probe);
            signed = signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            throw unavailable("a certificate authority", e);
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(keys.getPublic());
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** Positive and not zero, as RFC 5280 section 4.1.2.2 wants it. */
    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }

    private static Refusal refused(String subject, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The certificate cannot be issued.",
                new Explanation(subject, rule, remedy));
    }
}
