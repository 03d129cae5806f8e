package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys as text (RFC 7468), read in every spelling that Azure's SDKs and tools send and written in one.
 * Stateless.
 */
public final class Pem {
    /** Room for a chain of the longest certificates. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    private static final Base64.Encoder BODY = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /**
     * Reads the certificates in a text, in its order: PEM blocks whatever stands between them and however long their
     * lines are, the base64 of one DER certificate, or the base64 of a PEM text.
     *
     * @return at least one
     * @throws Refusal INVALID_ARGUMENT
     */
    public static List<Certificate> certificates(String text) {
        if (text.length() > MAX_BYTES) {
            throw unreadable("it is longer than " + MAX_BYTES + " characters");
        }
        if (text.contains(BEGIN)) {
            return blocks(text);
        }
        byte[] decoded = decode(text);
        String inner = new String(decoded, StandardCharsets.ISO_8859_1);
        return inner.contains(BEGIN) ? blocks(inner) : List.of(parse(decoded));
    }

    /** Reads the certificates in a file: one in DER, or any text that {@link #certificates(String)} reads. */
    public static List<Certificate> certificates(byte[] content) {
        return isDer(content)
                ? List.of(parse(content))
                : certificates(new String(content, StandardCharsets.ISO_8859_1));
    }

    /** Writes certificates one after the other, each with a line end at its end. */
    public static String write(List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        certificates.forEach(certificate -> text.append(block("CERTIFICATE", certificate.der())));
        return text.toString();
    }

    public static String write(Certificate certificate) {
        return write(List.of(certificate));
    }

    /** Writes a list of revoked certificates. */
    public static String crl(byte[] der) {
        return block("X509 CRL", der);
    }

    static String write(Csr request) {
        return block("CERTIFICATE REQUEST", request.der());
    }

    /** Writes a key as PKCS#8, not encrypted. */
    public static String write(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /**
     * Reads the first private key in a text: PKCS#8, encrypted or not, or the older forms of OpenSSL for EC (SEC 1) and
     * RSA (PKCS#1).
     *
     * @param password of an encrypted key; not kept
     * @throws Refusal INVALID_ARGUMENT
     */
    public static PrivateKey privateKey(String text, Optional<char[]> password) {
        if (text.length() > MAX_BYTES) {
            throw badKey("it is longer than " + MAX_BYTES + " characters", "name a file with one key");
        }
        JcaPEMKeyConverter converter =
                new JcaPEMKeyConverter().setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC");
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                PrivateKeyInfo key = privateKey(block, password);
                if (key != null) {
                    return converter.getPrivateKey(key);
                }
            }
        } catch (IOException | OperatorCreationException | PKCSException | IllegalArgumentException e) {
            throw badKey("it cannot be read", "check the password, or convert the key with 'openssl pkcs8 -topk8'");
        }
        throw badKey("no block in it is a private key", "name a file with a block such as BEGIN PRIVATE KEY");
    }

    // OpenSSL derives keys from passwords in ways that only Bouncy Castle's own provider knows.
    private static @Nullable PrivateKeyInfo privateKey(Object block, Optional<char[]> password)
            throws IOException, OperatorCreationException, PKCSException {
        return switch (block) {
            case PrivateKeyInfo key -> key;
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case PKCS8EncryptedPrivateKeyInfo key ->
                key.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                        .setProvider(new BouncyCastleProvider())
                        .build(required(password)));
            case PEMEncryptedKeyPair pair ->
                pair.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                .setProvider(new BouncyCastleProvider())
                                .build(required(password)))
                        .getPrivateKeyInfo();
            default -> null;
        };
    }

    private static char[] required(Optional<char[]> password) {
        return password.orElseThrow(
                () -> badKey("it is encrypted, and no password was given", "give the password of the key"));
    }

    private static List<Certificate> blocks(String text) {
        List<Certificate> certificates = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
            String end = DASHES + "END " + label + DASHES;
            int bodyEnd = text.indexOf(end, labelEnd + DASHES.length());
            if (labelEnd < 0 || bodyEnd < 0) {
                throw unreadable("a block in it has no end");
            }
            if (label.equals("CERTIFICATE")
                    || label.equals("X509 CERTIFICATE")
                    || label.equals("TRUSTED CERTIFICATE")) {
                certificates.add(parse(decode(text.substring(labelEnd + DASHES.length(), bodyEnd))));
            }
            at = text.indexOf(BEGIN, bodyEnd);
        }
        if (certificates.isEmpty()) {
            throw unreadable("no block in it is a certificate");
        }
        return certificates;
    }

    private static boolean isDer(byte[] content) {
        // A sequence whose length takes more than one byte; no text has its second character there.
        return content.length > 2 && content[0] == 0x30 && content[1] < 0;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException _) {
            throw unreadable("it is neither PEM nor base64");
        }
    }

    private static Certificate parse(byte[] der) {
        try {
            return Certificate.parse(der);
        } catch (Refusal refusal) {
            // A peer's certificate is refused; what an owner hands in is a mistaken argument.
            throw unreadable(refusal.explanation().map(Explanation::rule).orElse(refusal.text()));
        }
    }

    private static String block(String label, byte[] content) {
        return BEGIN + label + DASHES + "\n" + BODY.encodeToString(content) + "\n" + DASHES + "END " + label + DASHES
                + "\n";
    }

    private static Refusal unreadable(String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The certificate cannot be read.",
                new Explanation("certificate", rule, "give an X.509 certificate in PEM, or in DER or its base64"));
    }

    private static Refusal badKey(String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The private key cannot be read.",
                new Explanation("private key", rule, remedy));
    }
}
