package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.DLTaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;

/** Certificates in a CMS message that signs nothing: "certs-only" (RFC 5652 section 5.2, RFC 8551). Stateless. */
public final class CertificateBag {
    private static final ASN1Integer VERSION = new ASN1Integer(1);

    private static final int SEQUENCE = 0x30;
    private static final int MAX_CERTIFICATES = 64;

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

    /**
     * Reads the certificates in a message, in its order: DER, base64 of it with or without line breaks (RFC 8951
     * section 3.1), or PEM, of which some servers send one of certificates.
     *
     * @throws Refusal INVALID_ARGUMENT when it is no such message, holds none or too many
     */
    public static List<Certificate> read(byte[] message) {
        if (message.length > Pem.MAX_BYTES) {
            throw refused("it has more than " + Pem.MAX_BYTES + " bytes");
        }
        String text = new String(message, StandardCharsets.ISO_8859_1);
        if (text.contains("-----BEGIN CERTIFICATE-----")) {
            return Pem.certificates(text);
        }
        boolean isDer = message.length > 0 && message[0] == SEQUENCE;
        List<Certificate> certificates = isDer ? parse(message) : parse(decode(text));
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            throw refused("it holds " + certificates.size() + " certificates");
        }
        return certificates;
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text.replaceAll("-----(BEGIN|END) (PKCS7|CMS)-----|\\s", ""));
        } catch (IllegalArgumentException _) {
            throw refused("it is neither DER nor base64");
        }
    }

    private static List<Certificate> parse(byte[] der) {
        try {
            ContentInfo content = ContentInfo.getInstance(ASN1Primitive.fromByteArray(der));
            if (content == null || !CMSObjectIdentifiers.signedData.equals(content.getContentType())) {
                throw refused("it is no CMS message of signed data");
            }
            ASN1Set bag = SignedData.getInstance(content.getContent()).getCertificates();
            List<Certificate> certificates = new ArrayList<>();
            if (bag != null) {
                for (ASN1Encodable each : bag) {
                    certificates.add(Certificate.parse(each.toASN1Primitive().getEncoded(ASN1Encoding.DER)));
                }
            }
            return certificates;
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | IndexOutOfBoundsException _) {
            // The last four are how Bouncy Castle says that ASN.1 is not what was expected.
            throw refused("it cannot be read");
        }
    }

    private static Refusal refused(String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The certificates cannot be read: " + rule + ".",
                new Explanation("certificates in PKCS#7", rule, "send a certs-only message"));
    }
}
