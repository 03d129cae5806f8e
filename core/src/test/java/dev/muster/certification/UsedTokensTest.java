package dev.muster.certification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.muster.base.Refusal;
import dev.muster.certification.CertificateToken.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsedTokensTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MANY = 10_000;

    private final UsedTokens used = new UsedTokens();

    @Test
    void token_isUsedOnce_asLongAsItWouldBeGood() {
        CertificateToken token = token("AB", Optional.of("1"), NOW.plusSeconds(1800));
        used.use(token, NOW);

        assertUsed(token, token.end());
        assertUsed(token("ab", Optional.of("1"), NOW.plusSeconds(60)), NOW);
        assertThat(token.end()).isEqualTo(NOW.plusSeconds(1800).plus(Duration.ofMinutes(5)));
        used.use(token, token.end().plusNanos(1));
    }

    @Test
    void idsOfOtherCertificates_andTokensWithoutOne_areFree() {
        assertThatNoException().isThrownBy(() -> {
            used.use(token("AB", Optional.of("1"), NOW), NOW);
            used.use(token("CD", Optional.of("1"), NOW), NOW);
            used.use(token("AB", Optional.empty(), NOW), NOW);
            used.use(token("AB", Optional.empty(), NOW), NOW);
        });
    }

    @Test
    void ofTooMany_thoseThatExpireFirstAreForgotten() {
        CertificateToken soon = token("AB", Optional.of("soon"), NOW.plusSeconds(1));
        CertificateToken late = token("AB", Optional.of("late"), NOW.plusSeconds(7200));
        used.use(soon, NOW);
        used.use(late, NOW);
        for (int number = 2; number <= MANY; number++) {
            used.use(token("AB", Optional.of("id-" + number), NOW.plusSeconds(3600)), NOW);
        }

        used.use(soon, NOW);

        assertUsed(late, NOW);
    }

    private void assertUsed(CertificateToken token, Instant now) {
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> used.use(token, now));
    }

    private static CertificateToken token(String certificate, Optional<String> id, Instant expires) {
        return new CertificateToken(
                "ES256", certificate, new Claims(Optional.empty(), expires, List.of(), id), new byte[0], new byte[0]);
    }
}
