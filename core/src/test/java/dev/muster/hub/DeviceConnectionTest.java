package dev.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.pki.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceConnectionTest {
    private static final String HUB = "hub.example";
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
    private final Identities identities = new Identities();
    private final Sessions sessions = new Sessions();
    private final Devices devices = new Devices(
            HUB,
            identities,
            new StoredTwins(),
            sessions,
            new Immediate(),
            InstantSource.fixed(Instant.EPOCH),
            new Random(1));

    @BeforeEach
    void create() {
        put(true);
    }

    @Test
    void deviceWithProof_isConnectedUntilItsLinkIsGone() {
        DeviceLink link = new Link();
        assertThat(devices.connect("dev1", peer(), link).deviceId()).isEqualTo("dev1");
        assertThat(devices.isConnected("dev1")).isTrue();
        devices.disconnected("dev1", link);
        assertThat(devices.isConnected("dev1")).isFalse();
    }

    @Test
    void deviceWithoutProof_isRefusedAndEndsNoSession() {
        Link link = new Link();
        devices.connect("dev1", peer(), link);
        Peer stranger = new Peer("192.0.2.1", "MQTT", List.of(), Optional.empty());
        assertThatThrownBy(() -> devices.connect("dev1", stranger, new Link())).isInstanceOf(Refusal.class);
        assertThat(devices.isConnected("dev1")).isTrue();
    }

    @Test
    void deviceDisabledBetweenProofAndSession_isRefused() {
        identities.afterFirstFind(() -> put(false));
        assertThatThrownBy(() -> devices.connect("dev1", peer(), new Link()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.DEVICE_DISABLED));
        assertThat(devices.isConnected("dev1")).isFalse();
    }

    @Test
    void deviceChangedBetweenProofAndSession_isJudgedAgain() {
        identities.afterFirstFind(() -> put(true));
        devices.connect("dev1", peer(), new Link());
        assertThat(devices.isConnected("dev1")).isTrue();
    }

    private void put(boolean enabled) {
        devices.put(
                new Devices.Definition("dev1", enabled, "", new DeviceIdentity.Authentication.Sas(KEY, KEY), false),
                new Precondition.Always());
    }

    private static Peer peer() {
        String resource = HUB + "/devices/dev1";
        byte[] signature = SasToken.hmac(new byte[32], (resource + "\n60").getBytes(StandardCharsets.UTF_8));
        return new Peer(
                "192.0.2.1", "MQTT", List.of(), Optional.of(new SasToken(resource, signature, "60", Optional.empty())));
    }
}
