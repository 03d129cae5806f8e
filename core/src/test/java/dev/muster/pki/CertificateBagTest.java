package dev.muster.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certs-only messages in the spellings of other servers, and what is none. */
final class CertificateBagTest {
    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final List<Certificate> certificates = List.of(root.leaf("CN=leaf"), root.certificate());
    private final byte[] message = CertificateBag.write(certificates);

    @Test
    void message_isReadInEverySpelling_inItsOrder() {
        String lines = Base64.getMimeEncoder().encodeToString(message);
        assertThat(CertificateBag.read(message)).isEqualTo(certificates);
        assertThat(read(Base64.getEncoder().encodeToString(message))).isEqualTo(certificates);
        assertThat(read(lines + "\r\n")).isEqualTo(certificates);
        assertThat(read("-----BEGIN PKCS7-----\n" + lines + "\n-----END PKCS7-----\n"))
                .isEqualTo(certificates);
        assertThat(read(Pem.write(certificates))).isEqualTo(certificates);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "what?", "AAAA", "MAA=", "MIIB", "-----BEGIN CERTIFICATE-----"})
    void whatIsNoMessage_isRefused(String text) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> read(text));
    }

    @Test
    void messageThatIsEmptyOrTooLong_isRefused() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> CertificateBag.read(CertificateBag.write(List.of())))
                .withMessageContaining("it holds 0 certificates");
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> CertificateBag.read(new byte[Pem.MAX_BYTES + 1]));
    }

    @Test
    void messageThatIsDamaged_isReadOrRefused_andNothingElse() {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = message.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged[random.nextInt(Math.min(damaged.length, 1 + random.nextInt(damaged.length)))] =
                        (byte) random.nextInt();
            }
            try {
                assertThat(CertificateBag.read(damaged)).isNotEmpty();
            } catch (Refusal _) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static List<Certificate> read(String text) {
        return CertificateBag.read(text.getBytes(StandardCharsets.US_ASCII));
    }
}
