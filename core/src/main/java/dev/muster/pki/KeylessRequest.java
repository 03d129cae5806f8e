package dev.muster.pki;

import dev.muster.base.Refusal;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * A wish for a certificate to a key that its issuer shall make: the key and the signature in it say nothing (RFC 7030
 * section 4.4.1). Immutable.
 */
public record KeylessRequest(Optional<String> commonName) {
    private static final ASN1ObjectIdentifier ASYMMETRIC_DECRYPTION_KEY = PKCSObjectIdentifiers.id_aa.branch("54");

    /**
     * One in a text that {@link Csr#parseText} would take.
     *
     * @throws Refusal INVALID_ARGUMENT also for one that wants its key encrypted beyond TLS
     */
    public static KeylessRequest parseText(String text) {
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(Csr.decode(text));
            if (Arrays.stream(request.getAttributes())
                    .map(Attribute::getAttrType)
                    .anyMatch(type -> type.equals(PKCSObjectIdentifiers.id_aa_decryptKeyID)
                            || type.equals(ASYMMETRIC_DECRYPTION_KEY))) {
                throw Csr.refused(
                        "it wants the key encrypted by a key of its own, and keys are protected by TLS alone",
                        "leave the attribute (decryptKeyID, asymmDecryptKeyID) out, or make the key on the device");
            }
            return new KeylessRequest(DistinguishedNames.commonName(request.getSubject()));
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | IndexOutOfBoundsException _) {
            throw Csr.refused("it cannot be read", "send PKCS#10 in DER");
        }
    }
}
