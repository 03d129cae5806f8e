package dev.muster.pki;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** What a request should be made of (RFC 7030 section 4.5.2, RFC 9908). Stateless. */
public final class CsrAttributes {
    private CsrAttributes() {}

    /**
     * The DER of {@code CsrAttrs} that name the kinds of keys.
     *
     * @return empty when every kind will do
     */
    public static Optional<byte[]> of(Set<KeyAlgorithm> keys) {
        if (keys.containsAll(EnumSet.allOf(KeyAlgorithm.class))) {
            return Optional.empty();
        }
        List<ASN1Encodable> curves = new ArrayList<>();
        List<ASN1Encodable> sizes = new ArrayList<>();
        for (KeyAlgorithm key : keys.stream().sorted().toList()) {
            switch (key) {
                case EC_P256 -> curves.add(SECObjectIdentifiers.secp256r1);
                case EC_P384 -> curves.add(SECObjectIdentifiers.secp384r1);
                case RSA_2048 -> sizes.add(new ASN1Integer(2048));
                case RSA_3072 -> sizes.add(new ASN1Integer(3072));
                case RSA_4096 -> sizes.add(new ASN1Integer(4096));
            }
        }
        List<ASN1Encodable> attributes = new ArrayList<>();
        if (!curves.isEmpty()) {
            attributes.add(new Attribute(X9ObjectIdentifiers.id_ecPublicKey, set(curves)));
        }
        if (!sizes.isEmpty()) {
            attributes.add(new Attribute(PKCSObjectIdentifiers.rsaEncryption, set(sizes)));
        }
        try {
            return Optional.of(new DERSequence(attributes.toArray(ASN1Encodable[]::new)).getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("object identifiers and numbers can be encoded", e);
        }
    }

    private static DERSet set(List<ASN1Encodable> values) {
        return new DERSet(values.toArray(ASN1Encodable[]::new));
    }
}
