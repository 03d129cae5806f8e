package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.operator.RuntimeOperatorException;

/**
 * What somebody wants to know of certificates (RFC 6960 section 4.1). Its signature, if it has one, is not looked at,
 * since everybody is answered. Immutable.
 */
public final class OcspRequest {
    /** Enough for all questions that are answered, and a signature with its certificates. */
    public static final int MAX_DER_BYTES = 16 * 1024;

    private static final int MAX_QUESTIONS = 32;

    /** RFC 9654 section 2.1. */
    private static final int MAX_NONCE_BYTES = 128;

    private static final Set<ASN1ObjectIdentifier> HASHES =
            Set.of(OIWObjectIdentifiers.idSHA1, NISTObjectIdentifiers.id_sha256);

    private final List<Question> questions;
    private final Optional<Extension> nonce;

    private OcspRequest(List<Question> questions, Optional<Extension> nonce) {
        this.questions = List.copyOf(questions);
        this.nonce = nonce;
    }

    /** Which certificate is meant: by its issuer's name and key, and its serial number. */
    public static final class Question {
        private final CertID id;

        private Question(CertID id) {
            this.id = id;
        }

        public BigInteger serial() {
            return id.getSerialNumber().getValue();
        }

        /** Whether it is about a certificate of this issuer; not, where it hashes with neither SHA-1 nor SHA-256. */
        public boolean concerns(Certificate issuer) {
            ASN1ObjectIdentifier hash = id.getHashAlgorithm().getAlgorithm();
            if (!HASHES.contains(hash)) {
                return false;
            }
            byte[] key = SubjectPublicKeyInfo.getInstance(
                            issuer.x509().getPublicKey().getEncoded())
                    .getPublicKeyData()
                    .getOctets();
            return isHash(hash, issuer.x509().getSubjectX500Principal().getEncoded(), id.getIssuerNameHash())
                    && isHash(hash, key, id.getIssuerKeyHash());
        }

        CertID id() {
            return id;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Question that && id.equals(that.id);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }

        private static boolean isHash(ASN1ObjectIdentifier algorithm, byte[] content, ASN1OctetString hash) {
            String hex = algorithm.equals(OIWObjectIdentifiers.idSHA1)
                    ? Thumbprint.sha1(content)
                    : Thumbprint.of(content).hex();
            return Arrays.equals(HexFormat.of().parseHex(hex), hash.getOctets());
        }
    }

    /** Empty for what is no such request, asks too much, or has something critical in it that is not known here. */
    public static Optional<OcspRequest> parse(byte[] der) {
        if (der.length > MAX_DER_BYTES) {
            return Optional.empty();
        }
        try {
            OCSPReq request = new OCSPReq(der);
            Req[] asked = request.getRequestList();
            if (request.getVersionNumber() != 1 || asked.length == 0 || asked.length > MAX_QUESTIONS) {
                return Optional.empty();
            }
            Optional<Extension> nonce =
                    Optional.ofNullable(request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce));
            Set<?> critical = request.getCriticalExtensionOIDs();
            boolean understood = nonce.map(OcspRequest::isNonce).orElse(true)
                    && Arrays.stream(asked).allMatch(OcspRequest::isUnderstood)
                    && critical.stream().allMatch(OCSPObjectIdentifiers.id_pkix_ocsp_nonce::equals);
            return understood
                    ? Optional.of(new OcspRequest(
                            Arrays.stream(asked)
                                    .map(each -> new Question(each.getCertID().toASN1Primitive()))
                                    .toList(),
                            nonce))
                    : Optional.empty();
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | IndexOutOfBoundsException
                | RuntimeOperatorException _) {
            // The last five are how Bouncy Castle says that ASN.1 is not what was expected.
            return Optional.empty();
        }
    }

    /** At least one. */
    public List<Question> questions() {
        return questions;
    }

    /** Whether the answer must be made for this request alone. */
    public boolean hasNonce() {
        return nonce.isPresent();
    }

    Optional<Extension> nonce() {
        return nonce;
    }

    private static boolean isNonce(Extension extension) {
        int length = ASN1OctetString.getInstance(extension.getParsedValue()).getOctetsLength();
        return length > 0 && length <= MAX_NONCE_BYTES;
    }

    /** Parameters of a hash are nothing or NULL, so that answers that are kept are small. */
    private static boolean isUnderstood(Req asked) {
        AlgorithmIdentifier hash = asked.getCertID().toASN1Primitive().getHashAlgorithm();
        Extensions extensions = asked.getSingleRequestExtensions();
        return (hash.getParameters() == null || DERNull.INSTANCE.equals(hash.getParameters()))
                && (extensions == null || extensions.getCriticalExtensionOIDs().length == 0);
    }
}
