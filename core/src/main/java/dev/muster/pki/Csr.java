package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a certificate (PKCS#10, RFC 2986) whose signature shows that its sender holds the key. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     signing requests</a>
 */
public final class Csr {
    /** As much as Azure takes. */
    public static final int MAX_DER_BYTES = 8 * 1024;

    private final byte[] der;
    private final X500Name subject;
    private final PublicKey key;
    private final @Nullable GeneralNames alternativeNames;
    private final Optional<String> challengePassword;

    private Csr(byte[] der, PKCS10CertificationRequest request, PublicKey key) {
        this.der = der;
        this.subject = request.getSubject();
        this.key = key;
        this.alternativeNames = alternativeNames(request);
        this.challengePassword = challengePassword(request);
    }

    /** @throws Refusal INVALID_ARGUMENT when the bytes are no request, too many, or not signed with their own key */
    public static Csr parse(byte[] der) {
        if (der.length > MAX_DER_BYTES) {
            throw refused(
                    "it has " + der.length + " bytes, more than the " + MAX_DER_BYTES + " that are accepted",
                    "send a request with a subject and a key alone");
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            byte[] canonical = request.getEncoded();
            if (!Arrays.equals(canonical, der)) {
                throw refused("it is not DER, or something follows it", "send PKCS#10 in DER");
            }
            PublicKey key = KeyAlgorithm.publicKey(request.getSubjectPublicKeyInfo());
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw refused(
                        "its signature does not verify with its own key", "sign it with the key that it asks for");
            }
            return new Csr(canonical, request, key);
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | IndexOutOfBoundsException
                | RuntimeOperatorException _) {
            // The last five are how Bouncy Castle says that ASN.1 is not what was expected.
            throw refused("it cannot be read", "send PKCS#10 in DER, with an EC or RSA key");
        }
    }

    /**
     * One in text: base64 of DER with or without line breaks, or PEM (RFC 7468).
     *
     * @throws Refusal as {@link #parse}
     */
    public static Csr parseText(String text) {
        return parse(decode(text));
    }

    static byte[] decode(String text) {
        if (text.length() > 3 * MAX_DER_BYTES) {
            throw refused("it has " + text.length() + " characters", "send at most " + MAX_DER_BYTES + " bytes of DER");
        }
        String body = text.replaceAll("-----(BEGIN|END) (NEW )?CERTIFICATE REQUEST-----", "")
                .replaceAll("\\s", "");
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException _) {
            throw refused("it is not base64", "send PKCS#10 in DER, encoded in base64 without line breaks");
        }
    }

    /** One of our own making. */
    public static Csr of(String commonName, KeyPair keys) {
        String algorithm = KeyAlgorithm.signatureAlgorithm(keys.getPublic());
        CertificationRequestInfo content = new CertificationRequestInfo(
                DistinguishedNames.named(commonName),
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                new DERSet());
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(keys.getPrivate());
            signature.update(content.getEncoded(ASN1Encoding.DER));
            return parse(new CertificationRequest(
                            content,
                            new DefaultSignatureAlgorithmIdentifierFinder().find(algorithm),
                            new DERBitString(signature.sign()))
                    .getEncoded(ASN1Encoding.DER));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the key of " + commonName + " does not sign", e);
        }
    }

    public byte[] der() {
        return der.clone();
    }

    /** In PEM. */
    public String pem() {
        return Pem.write(this);
    }

    /** The most specific common name that is asked for. */
    public Optional<String> commonName() {
        return DistinguishedNames.commonName(subject);
    }

    public PublicKey key() {
        return key;
    }

    /** The DNS names and IP addresses that are asked for. */
    public List<String> alternativeNames() {
        return alternativeNames == null
                ? List.of()
                : Arrays.stream(alternativeNames.getNames()).flatMap(Csr::text).toList();
    }

    /** Whether it asks for the very subject and alternative names that a certificate has. */
    public boolean hasNamesOf(Certificate certificate) {
        byte[] encoded = certificate.x509().getExtensionValue(Extension.subjectAlternativeName.getId());
        GeneralNames others = encoded == null
                ? null
                : GeneralNames.getInstance(ASN1OctetString.getInstance(encoded).getOctets());
        return subject.equals(X500Name.getInstance(
                        certificate.x509().getSubjectX500Principal().getEncoded()))
                && Objects.equals(alternativeNames, others);
    }

    /** The attribute of that name (RFC 2985 section 5.4.1), in which EST has proof of the connection. */
    public Optional<String> challengePassword() {
        return challengePassword;
    }

    @Override
    public String toString() {
        return "request for " + subject;
    }

    private static @Nullable GeneralNames alternativeNames(PKCS10CertificationRequest request) {
        Extensions extensions = request.getRequestedExtensions();
        return extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    }

    private static Stream<String> text(GeneralName name) {
        return DistinguishedNames.text(name).stream();
    }

    private static Optional<String> challengePassword(PKCS10CertificationRequest request) {
        return Arrays.stream(request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_challengePassword))
                .map(Attribute::getAttributeValues)
                .filter(values -> values.length == 1)
                .map(values -> values[0])
                .filter(ASN1String.class::isInstance)
                .map(value -> ((ASN1String) value).getString())
                .findFirst();
    }

    static Refusal refused(String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The certificate signing request cannot be accepted: " + rule + ".",
                new Explanation("certificate signing request", rule, remedy));
    }
}
