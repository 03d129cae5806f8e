package dev.muster.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;

/** Reads and makes the names in certificates. Stateless. */
final class DistinguishedNames {
    private DistinguishedNames() {}

    static X500Name named(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    /** The most specific common name, if there is one that can be read. */
    static Optional<String> commonName(X500Name name) {
        return Arrays.stream(name.getRDNs(BCStyle.CN))
                .flatMap(part -> Arrays.stream(part.getTypesAndValues()))
                .filter(pair -> pair.getType().equals(BCStyle.CN))
                .map(AttributeTypeAndValue::getValue)
                .filter(ASN1String.class::isInstance)
                .map(value -> ((ASN1String) value).getString())
                .reduce((_, last) -> last);
    }

    /** A DNS name or an IP address as text; nothing for other kinds of names. */
    static Optional<String> text(GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName -> Optional.of(((ASN1String) name.getName()).getString());
            case GeneralName.iPAddress -> address(((ASN1OctetString) name.getName()).getOctets());
            default -> Optional.empty();
        };
    }

    private static Optional<String> address(byte[] bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes).getHostAddress());
        } catch (UnknownHostException _) {
            return Optional.empty();
        }
    }
}
