package dev.muster.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The shape of what is sent; that a TPM takes it in is shown with one that is not ours. */
class KeyImportTest {
    private static final byte[] SECRET = new byte[32];

    @Test
    void sealedKey_hasSixPartsAndFitsTwoFramesOfSasl() {
        byte[] sealed = KeyImport.seal(TestTpm.keys(), SECRET, new byte[] {1, 2, 3}, new SecureRandom());

        assertThat(sealed.length).isLessThanOrEqualTo(940);
        TpmReader parts = new TpmReader(sealed);
        // HMAC and encrypted inner key, each with its size.
        assertThat(parts.sized()).hasSize(34 + 18);
        assertThat(parts.sized()).hasSize(256);
        assertThat(parts.sized()).hasSizeGreaterThan(100);
        assertThat(parts.sized()).hasSize(256);
        assertThat(parts.sized()).startsWith(0, Algorithms.KEYED_HASH);
        assertThat(parts.sized()).hasSize(3);
        parts.end();
    }

    @Test
    void sealedKey_isNotToBeReadAndNeverTheSame() {
        TpmKeys keys = TestTpm.keys();
        byte[] secret = "a secret of as many bytes as 32.".getBytes(StandardCharsets.US_ASCII);

        byte[] one = KeyImport.seal(keys, secret, secret, new SecureRandom());
        byte[] other = KeyImport.seal(keys, secret, secret, new SecureRandom());

        assertThat(new String(one, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        assertThat(one).isNotEqualTo(other);
    }

    /** AES in CFB mode: NIST SP 800-38A, F.3.13, of which the first segment has the initial vector as its input. */
    @Test
    void encryption_ofWhatIsNoWholeBlock_isThatOfItsStart() {
        byte[] key = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] long40 = new byte[40];
        long40[39] = 7;

        assertThat(TpmCrypto.encrypt(key, new byte[21])).hasSize(21);
        assertThat(TpmCrypto.encrypt(key, long40)).startsWith(TpmCrypto.encrypt(key, new byte[21]));
        // AES-128 of a block of zeros under this key.
        assertThat(TpmCrypto.encrypt(key, new byte[16]))
                .isEqualTo(HexFormat.of().parseHex("7df76b0c1ab899b33e42f047b91b546f"));
    }
}
