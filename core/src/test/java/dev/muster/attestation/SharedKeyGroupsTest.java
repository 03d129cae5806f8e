package dev.muster.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Peer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who has to wait where there are many groups, and who has not. */
class SharedKeyGroupsTest {
    private static final String SCOPE = "0ne00ABCDEF";
    private static final int MANY = 40;

    private final FakeGroups groups = new FakeGroups();

    @Test
    void deviceWhoseTurnDoesNotCome_isToldToComeAgain() {
        groups(MANY);
        SharedKeyGroups busy = new SharedKeyGroups(groups, 0, Duration.ofMillis(1));

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> find(busy, "sensor-1", 5));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.THROTTLED);
        assertThat(refusal.explanation().orElseThrow().rule()).contains("all 40 groups");
    }

    @Test
    void deviceThatHasRegisteredBefore_needsNoTurn() {
        groups(MANY);
        SharedKeyGroups busy = new SharedKeyGroups(groups, 0, Duration.ofMillis(1));
        groups.lastOf.put("sensor-1", "line-5");

        assertThat(find(busy, "sensor-1", 5)).isPresent();
        assertThat(find(busy, "sensor-2", 5))
                .as("of a group in which one was found lately")
                .isPresent();
    }

    @Test
    void fewGroups_areTriedWithoutATurn() {
        groups(32);
        SharedKeyGroups busy = new SharedKeyGroups(groups, 0, Duration.ofMillis(1));

        assertThat(find(busy, "sensor-1", 31)).isPresent();
        assertThat(find(busy, "sensor-1", 99)).isEmpty();
    }

    @Test
    void turn_isGivenBack() {
        groups(MANY);
        SharedKeyGroups one = new SharedKeyGroups(groups, 1, Duration.ofMillis(1));

        for (int i = 0; i < 3; i++) {
            assertThat(find(one, "sensor-1", 99)).isEmpty();
        }
        assertThat(find(one, "sensor-1", 5)).isPresent();
    }

    private void groups(int count) {
        for (int seed = 0; seed < count; seed++) {
            groups.withSharedKeys.add(new Enrollment.Group(
                    "line-" + seed,
                    new Attestation.SharedKeys(keys(seed)),
                    Enrollment.Settings.defaults(),
                    Map.of(),
                    new Enrollment.Stamp(new Etag("1"), Instant.EPOCH, Instant.EPOCH)));
        }
    }

    private static Optional<Attestor.Attested> find(SharedKeyGroups groups, String device, int seed) {
        String resource = SCOPE + "%2Fregistrations%2F" + device;
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(keys(seed).primary().derive(device).base64()),
                (resource + "\n1900000000").getBytes(StandardCharsets.UTF_8));
        SasToken token = SasToken.parse("SharedAccessSignature sr=" + resource + "&sig="
                + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8)
                + "&se=1900000000");
        Claim claim = new Claim(
                SCOPE,
                new RegistrationId(device),
                new Peer("192.0.2.1", "HTTPS", List.of(), Optional.of(token)),
                Optional.empty());
        return groups.find(claim, token);
    }

    private static SymmetricKeys keys(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return new SymmetricKeys(SymmetricKey.of(key), SymmetricKey.of(key));
    }
}
