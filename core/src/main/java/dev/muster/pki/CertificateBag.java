package dev.muster.pki;

import java.io.IOException;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.DLTaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;

/** Certificates in a CMS message that signs nothing: "certs-only" (RFC 5652 section 5.2, RFC 8551). Stateless. */
public final class CertificateBag {
    private static final ASN1Integer VERSION = new ASN1Integer(1);

    private CertificateBag() {}

    /**
     * The message, in definite lengths but not in DER: that would sort the certificates, and there are clients that
     * take them for a chain as they come.
     */
    public static byte[] write(List<Certificate> certificates) {
        try {
            ASN1Encodable[] bag = new ASN1Encodable[certificates.size()];
            for (int i = 0; i < bag.length; i++) {
                bag[i] = ASN1Primitive.fromByteArray(certificates.get(i).der());
            }
            DLSequence nothing = new DLSequence(CMSObjectIdentifiers.data);
            DLSequence signedData = new DLSequence(new ASN1Encodable[] {
                VERSION, new DLSet(), nothing, new DLTaggedObject(false, 0, new DLSet(bag)), new DLSet()
            });
            return new DLSequence(new ASN1Encodable[] {
                        CMSObjectIdentifiers.signedData, new DLTaggedObject(true, 0, signedData)
                    })
                    .getEncoded(ASN1Encoding.DL);
        } catch (IOException e) {
            throw new IllegalStateException("certificates that were parsed can be encoded", e);
        }
    }
}
