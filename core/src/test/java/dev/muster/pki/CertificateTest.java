package dev.muster.pki;

import static dev.muster.pki.TestAuthority.draft;
import static dev.muster.pki.TestAuthority.newKeys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateTest {
    private final Certificate certificate = TestAuthority.root("CN=Root").certificate();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=device-1 | device-1",
                "CN=outer,O=Plant,CN=inner | inner",
                "O=Plant+CN=both | both",
                "CN=Gerät\\, rot | Gerät, rot"
            })
    void commonName_isTheMostSpecificOne(String subject, String expected) {
        assertThat(TestAuthority.root(draft(subject)).certificate().commonName())
                .contains(expected);
    }

    @Test
    void subjectWithoutCommonName_hasNone() {
        assertThat(TestAuthority.root(draft("O=Plant")).certificate().commonName())
                .isEmpty();
    }

    @Test
    void commonNameThatIsNoText_isNone() {
        byte[] der = certificate.der();
        byte[] name = "Root".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i <= der.length - name.length; i++) {
            if (Arrays.equals(der, i, i + name.length, name, 0, name.length)) {
                der[i] = (byte) 0xff;
            }
        }

        assertThat(Certificate.parse(der).commonName()).isEmpty();
    }

    @Test
    void equality_isThatOfTheBytes() {
        assertThat(Certificate.parse(certificate.der())).isEqualTo(certificate).hasSameHashCodeAs(certificate);
        assertThat(TestAuthority.root("CN=Root").certificate()).isNotEqualTo(certificate);
        certificate.der()[0] = 0;
        assertThat(certificate.der()[0]).isEqualTo((byte) 0x30);
    }

    @Test
    void rubbish_isRefused() {
        assertThat(rule(new byte[] {1, 2, 3})).startsWith("it cannot be parsed");
        assertThat(rule(new byte[Certificate.MAX_DER_BYTES + 1])).contains("more than the 16384");
    }

    @Test
    void longRsaKey_isRefusedBeforeItCosts() throws GeneralSecurityException {
        // Nobody needs the factors of a modulus that is only carried along.
        BigInteger modulus = BigInteger.ONE.shiftLeft(8192).setBit(0);
        PublicKey key =
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, RSAKeyGenParameterSpec.F4));
        KeyPair keys = new KeyPair(key, newKeys("EC", 256).getPrivate());

        Refusal refusal = catchThrowableOfType(
                Refusal.class,
                () -> TestAuthority.root("CN=Root").issue(draft("CN=device").keys(keys)));
        assertThat(refusal.explanation().orElseThrow().rule()).contains("8192 bits");
    }

    private static String rule(byte[] der) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> Certificate.parse(der));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CERTIFICATE_REFUSED);
        return refusal.explanation().map(Explanation::rule).orElseThrow();
    }
}
