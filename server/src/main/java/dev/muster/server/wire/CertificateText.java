package dev.muster.server.wire;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads a certificate in the spellings that clients send: PEM, base64 of DER, base64 of PEM. */
final class CertificateText {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private CertificateText() {}

    /** @throws Refusal INVALID_ARGUMENT or CERTIFICATE_REFUSED */
    static Certificate parse(String text) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin >= 0 && end > begin) {
            return Certificate.parse(decode(text.substring(begin + BEGIN.length(), end)));
        }
        byte[] bytes = decode(text);
        String inner = new String(bytes, StandardCharsets.ISO_8859_1);
        return inner.contains(BEGIN) ? parse(inner) : Certificate.parse(bytes);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The certificate is neither PEM nor base64.");
        }
    }
}
