package dev.muster.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final Certificate leaf = root.leaf("CN=device");
    private final String pem = Pem.write(leaf);

    @Test
    void chain_isReadAsWritten() {
        assertThat(Pem.certificates(Pem.write(List.of(leaf, root.certificate()))))
                .containsExactly(leaf, root.certificate());
    }

    @Test
    void writtenBlock_hasLinesOf64() {
        assertThat(pem).startsWith("-----BEGIN CERTIFICATE-----\n").endsWith("\n-----END CERTIFICATE-----\n");
        assertThat(pem.lines()).allMatch(line -> line.length() <= 64);
    }

    @Test
    void textOutsideBlocks_isIgnored() {
        // What openssl prints before a block, and the word that Microsoft's Node tool leaves after one.
        assertThat(Pem.certificates("subject=CN = device\n\n" + pem + "null")).containsExactly(leaf);
    }

    @Test
    void otherBlocks_arePassedOver() {
        assertThat(Pem.certificates(Pem.write(root.keys().getPrivate()) + pem)).containsExactly(leaf);
    }

    @Test
    void lineEnds_mayBeAny() {
        String body = Base64.getEncoder().encodeToString(leaf.der());

        assertThat(Pem.certificates("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----"))
                .containsExactly(leaf);
        assertThat(Pem.certificates("-----BEGIN CERTIFICATE-----" + body + "-----END CERTIFICATE-----"))
                .containsExactly(leaf);
        assertThat(Pem.certificates(pem.replace("\n", "\r\n"))).containsExactly(leaf);
    }

    @Test
    void bareBase64_isRead() {
        assertThat(Pem.certificates(Base64.getEncoder().encodeToString(leaf.der())))
                .containsExactly(leaf);
        assertThat(Pem.certificates(Base64.getMimeEncoder().encodeToString(leaf.der()) + "\r\n"))
                .containsExactly(leaf);
    }

    @Test
    void base64OfPem_isRead() {
        assertThat(Pem.certificates(Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII))))
                .containsExactly(leaf);
    }

    @Test
    void files_areReadInDerAndPem() {
        assertThat(Pem.certificates(leaf.der())).containsExactly(leaf);
        assertThat(Pem.certificates(("\uFEFF" + pem).getBytes(StandardCharsets.UTF_8)))
                .containsExactly(leaf);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no certificate",
                "TUlJ",
                "-----BEGIN CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE------END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
            })
    void anythingElse_isRefused(String text) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> Pem.certificates(text));

        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
        assertThat(refusal.explanation()).isPresent();
    }

    @Test
    void longText_isRefusedUnread() {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> Pem.certificates(" ".repeat(Pem.MAX_BYTES + 1)));

        assertThat(refusal.explanation().orElseThrow().rule()).contains("longer than");
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "EC_P384", "RSA_2048"})
    void privateKey_isReadAsWritten(KeyAlgorithm algorithm) {
        PrivateKey key = algorithm.generate(new SecureRandom()).getPrivate();

        assertThat(Pem.privateKey(Pem.write(key), Optional.empty()).getEncoded())
                .isEqualTo(key.getEncoded());
    }

    @Test
    void textWithoutKey_isRefused() {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> Pem.privateKey(pem, Optional.empty()));

        assertThat(refusal.explanation().orElseThrow().rule()).contains("no block in it is a private key");
    }
}
