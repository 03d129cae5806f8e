package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Proof that an owner holds the key of a CA certificate: a new certificate, signed by it, whose common name is a code
 * that nobody could know before. Stateless.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-verify-certificates">DPS: verify CA certificates</a>
 */
public final class ProofOfPossession {
    /** As many as Azure's codes decode to. */
    private static final int CODE_BYTES = 24;

    private ProofOfPossession() {}

    /** A fresh code of 48 upper-case hexadecimal digits. */
    public static String newCode(RandomGenerator random) {
        byte[] bytes = new byte[CODE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    /**
     * Checks a verification certificate, whose key may be any.
     *
     * @param authority whose key is to be proved
     * @throws Refusal INVALID_ARGUMENT when it proves nothing
     */
    public static void check(Certificate authority, String code, Certificate verification, Instant now) {
        boolean issuedByName = verification
                .x509()
                .getIssuerX500Principal()
                .equals(authority.x509().getSubjectX500Principal());
        if (!issuedByName || !verification.isSignedBy(authority)) {
            throw failed(
                    "Issuer certificate '" + authority.subject() + "' cannot be found in the certificate chain",
                    verification,
                    "its issuer is " + verification.issuer() + ", and the key of " + authority.subject()
                            + (issuedByName ? " did not sign it" : " was to sign it"),
                    "sign it with the key of the certificate that is to be verified itself");
        }
        String name = verification.commonName().orElse("");
        if (!name.equals(code)) {
            throw failed(
                    "The common name is not the verification code",
                    verification,
                    "its common name is '" + name + "', and the newest code is '" + code + "'",
                    "issue one for CN=" + code + "; a new code makes those before it void");
        }
        if (now.isBefore(verification.notBefore()) || now.isAfter(verification.notAfter())) {
            throw failed(
                    "The verification certificate is not valid now",
                    verification,
                    "it is valid from " + verification.notBefore() + " to " + verification.notAfter(),
                    "issue another one for the same code, and compare the clocks");
        }
    }

    private static Refusal failed(String text, Certificate verification, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "Proof-Of-Possession failed. " + text + ".",
                new Explanation("verification certificate " + verification.subject(), rule, remedy));
    }
}
