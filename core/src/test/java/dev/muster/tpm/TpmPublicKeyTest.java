package dev.muster.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** TPM 2.0 part 2, section 12.2, and what strangers may send in its place. */
class TpmPublicKeyTest {
    private final byte[] modulus = TestTpm.modulus();
    private final byte[] good = TestTpm.sized(TestTpm.area(TestTpm.STORAGE_KEY, 0, modulus));

    @Test
    void storageKey_isReadAndWrittenAlike() {
        TpmPublicKey key = TpmPublicKey.parse(good);

        assertThat(key.encoded()).isEqualTo(good);
        assertThat(TpmPublicKey.parse(key.base64())).isEqualTo(key);
        assertThat(key.name()).hasSize(34).startsWith(0, 0x0B);
        assertThat(key.key().getModulus().bitLength()).isEqualTo(2048);
    }

    @Test
    void usualExponent_mayBeSaid() {
        assertThat(TpmPublicKey.parse(TestTpm.sized(TestTpm.area(TestTpm.STORAGE_KEY, 65537, modulus)))
                        .symmetricBits())
                .isEqualTo(128);
    }

    @Test
    void keyThatSoftwareMayHold_isRefused() {
        assertRefused(
                TestTpm.sized(TestTpm.area(Attributes.RESTRICTED | Attributes.DECRYPT, 0, modulus)),
                "it is not fixed to its TPM");
    }

    @Test
    void otherExponent_isRefused() {
        assertRefused(TestTpm.sized(TestTpm.area(TestTpm.STORAGE_KEY, 3, modulus)), "its exponent is not 65537");
    }

    @Test
    void shortModulus_isRefused() {
        assertRefused(
                TestTpm.sized(TestTpm.area(TestTpm.STORAGE_KEY, 0, Arrays.copyOf(modulus, 128))),
                "its modulus has not 2048 bits");
    }

    @Test
    void whatIsCutOff_isRefusedAtEveryLength() {
        for (int length = 0; length < good.length; length++) {
            assertRefused(Arrays.copyOf(good, length), "it ends before it should");
        }
    }

    @Test
    void whatIsTooLong_isRefused() {
        assertRefused(Arrays.copyOf(good, good.length + 1), "it has 1 bytes too many");
        assertRefused(new byte[100_000], "it has more than 512 bytes");
    }

    @Test
    void damagedKey_isReadOrRefused() {
        Random random = new Random(42);
        for (int round = 0; round < 5_000; round++) {
            byte[] damaged = good.clone();
            for (int change = 0; change <= round % 4; change++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(TpmPublicKey.parse(damaged).encoded()).isEqualTo(damaged);
            } catch (Refusal refusal) {
                assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
            }
        }
    }

    private static void assertRefused(byte[] sized, String why) {
        assertThatThrownBy(() -> TpmPublicKey.parse(sized))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why);
    }
}
