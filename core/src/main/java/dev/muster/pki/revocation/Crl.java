package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import dev.muster.pki.KeyAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A list of revoked certificates, before it is signed (RFC 5280 section 5). Immutable.
 *
 * @param number greater than that of every list before it, full or delta
 * @param base of a delta: the number of the oldest full list that it brings up to date
 * @param delta where the deltas to a full list are
 */
public record Crl(
        BigInteger number,
        Optional<BigInteger> base,
        Instant made,
        Instant next,
        Optional<String> delta,
        List<Entry> entries) {
    public Crl {
        entries = List.copyOf(entries);
    }

    /**
     * A certificate that is revoked, or no longer is.
     *
     * @param reason empty, in a delta alone: it was taken back
     */
    public record Entry(
            BigInteger serial, Instant time, Optional<RevocationReason> reason, Optional<Instant> invalidity) {}

    /**
     * Signs it.
     *
     * @param key the issuer's
     * @return DER
     */
    public byte[] sign(Certificate issuer, PrivateKey key) {
        try {
            X509v2CRLBuilder list = new X509v2CRLBuilder(
                    X500Name.getInstance(issuer.x509().getSubjectX500Principal().getEncoded()), Date.from(made));
            list.setNextUpdate(Date.from(next));
            list.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyIdentifier(issuer)));
            list.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
            if (base.isPresent()) {
                list.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(base.get()));
            }
            if (delta.isPresent()) {
                list.addExtension(Extension.freshestCRL, false, pointer(delta.get()));
            }
            for (Entry entry : entries) {
                add(list, entry);
            }
            String algorithm = KeyAlgorithm.signatureAlgorithm(issuer.x509().getPublicKey());
            return list.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("the key of " + issuer + " does not sign", e);
        }
    }

    private static void add(X509v2CRLBuilder list, Entry entry) throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        int reason = entry.reason().map(RevocationReason::code).orElse(CRLReason.removeFromCRL);
        // RFC 5280 section 5.3.1: instead of this one, none.
        if (reason != CRLReason.unspecified) {
            extensions.addExtension(Extension.reasonCode, false, CRLReason.lookup(reason));
        }
        if (entry.invalidity().isPresent()) {
            extensions.addExtension(
                    Extension.invalidityDate,
                    false,
                    new ASN1GeneralizedTime(Date.from(entry.invalidity().get())));
        }
        Date time = Date.from(entry.time());
        if (extensions.isEmpty()) {
            list.addCRLEntry(entry.serial(), time, CRLReason.unspecified);
        } else {
            list.addCRLEntry(entry.serial(), time, extensions.generate());
        }
    }

    private static CRLDistPoint pointer(String url) {
        GeneralNames names = new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, url));
        return new CRLDistPoint(
                new DistributionPoint[] {new DistributionPoint(new DistributionPointName(names), null, null)});
    }

    private static byte[] keyIdentifier(Certificate issuer) {
        byte[] encoded = issuer.x509().getExtensionValue(Extension.subjectKeyIdentifier.getId());
        SubjectKeyIdentifier identifier = encoded == null
                ? new BcX509ExtensionUtils()
                        .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(
                                issuer.x509().getPublicKey().getEncoded()))
                : SubjectKeyIdentifier.getInstance(
                        ASN1OctetString.getInstance(encoded).getOctets());
        return identifier.getKeyIdentifier();
    }
}
