package dev.muster.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] SECRET = "an API's key".getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();
    private final Seal seal = newSeal();

    @Test
    void secret_opensForItsOwnerAlone() {
        byte[] closed = seal.close(SECRET, "digicert");

        assertThat(seal.open(closed, "digicert")).isEqualTo(SECRET);
        assertBroken(seal, closed, "globalsign");
        assertBroken(newSeal(), closed, "digicert");
    }

    @Test
    void secret_isNotSeenAndNeverClosedAlike() {
        byte[] closed = seal.close(SECRET, "digicert");

        assertThat(new String(closed, StandardCharsets.ISO_8859_1)).doesNotContain("API");
        assertThat(seal.close(SECRET, "digicert")).isNotEqualTo(closed);
    }

    @Test
    void change_ofAnyByte_isNoticed() {
        byte[] closed = seal.close(SECRET, "digicert");
        for (int i = 0; i < closed.length; i++) {
            byte[] changed = closed.clone();
            changed[i] = (byte) (changed[i] ^ 0x10);
            assertBroken(seal, changed, "digicert");
        }
        assertBroken(seal, new byte[0], "digicert");
    }

    @Test
    void json_isNotTakenForASeal() {
        assertThat(Seal.isSealed("{\"apiKey\":\"a key as it was stored before\"}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(Seal.isSealed(seal.close(new byte[] {1}, "digicert"))).isTrue();
    }

    private Seal newSeal() {
        byte[] key = new byte[Seal.KEY_BYTES];
        random.nextBytes(key);
        return new Seal(key, random);
    }

    private static void assertBroken(Seal seal, byte[] closed, String owner) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> seal.open(closed, owner))
                .extracting(Refusal::reason)
                .isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
    }
}
