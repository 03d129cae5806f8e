package dev.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.hub.TwinSection.Written;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTwinsTest {
    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant CHANGED = Instant.parse("2026-02-01T00:00:00Z");
    private static final Precondition ALWAYS = new Precondition.Always();

    private final Sessions sessions = new Sessions();
    private Instant now = CREATED;
    private final Devices devices = new Devices(
            "hub.example", new Identities(), new StoredTwins(), sessions, new Immediate(), () -> now, new Random(1));
    private final DeviceTwins twins = devices.twins();

    @BeforeEach
    void create() {
        create("dev1");
    }

    private void create(String deviceId) {
        String key = SymmetricKey.of(new byte[32]).base64();
        devices.put(
                new Devices.Definition(deviceId, true, "", new DeviceIdentity.Authentication.Sas(key, key), false),
                ALWAYS);
    }

    @Test
    void twinOfANewDevice_isEmpty() {
        assertThat(twins.get("dev1")).isEqualTo(Twin.empty(CREATED));
        assertThat(twins.get("dev1").etag()).isEqualTo(new Etag("AAAAAAAAAAE="));
    }

    @Test
    void twinOfNoDevice_isRefused() {
        refused(Reason.DEVICE_NOT_FOUND, () -> twins.get("dev2"));
        refused(Reason.DEVICE_NOT_FOUND, () -> twins.patch("dev2", desired(Map.of("a", 1)), ALWAYS));
        refused(Reason.DEVICE_NOT_FOUND, () -> twins.report("dev2", Map.of("a", 1), OptionalLong.empty()));
    }

    @Test
    void patch_mergesObjectsAndRemovesWhatIsNull() {
        twins.patch("dev1", desired(Map.of("fan", Map.of("speed", 1, "mode", "slow"), "led", "on")), ALWAYS);
        now = CHANGED;
        Twin after = twins.patch("dev1", desired(Map.of("fan", removing("speed", Map.of("angle", 7)))), ALWAYS);

        assertThat(after.desired().values()).isEqualTo(Map.of("fan", Map.of("mode", "slow", "angle", 7), "led", "on"));
        assertThat(after.desired().version()).isEqualTo(3);
        assertThat(after.version()).isEqualTo(3);
        assertThat(after.desired().written().members())
                .containsEntry("led", new Written(CREATED, 2, Map.of()))
                .containsEntry(
                        "fan",
                        new Written(
                                CHANGED,
                                3,
                                Map.of(
                                        "mode", new Written(CREATED, 2, Map.of()),
                                        "angle", new Written(CHANGED, 3, Map.of()))));
        assertThat(twins.get("dev1")).isEqualTo(after);
    }

    @Test
    void patchOfTags_leavesTheDesiredProperties() {
        Link link = new Link();
        sessions.open("hub.example", "dev1", link);

        Twin after = twins.patch(
                "dev1", new DeviceTwins.Change(Optional.of(Map.of("plant", "7")), Optional.empty()), ALWAYS);

        assertThat(after.tags()).isEqualTo(Map.of("plant", "7"));
        assertThat(after.version()).isEqualTo(2);
        assertThat(after.desired().version()).isEqualTo(1);
        assertThat(link.told).isEmpty();
    }

    @Test
    void replacement_forgetsWhatItDoesNotSpeakOf() {
        twins.patch(
                "dev1", new DeviceTwins.Change(Optional.of(Map.of("plant", "7")), Optional.of(Map.of("a", 1))), ALWAYS);
        twins.report("dev1", Map.of("r", 1), OptionalLong.empty());

        Twin after = twins.replace("dev1", desired(removing("c", Map.of("b", 2))), ALWAYS);

        assertThat(after.tags()).isEmpty();
        assertThat(after.desired().values()).isEqualTo(Map.of("b", 2));
        assertThat(after.reported().values()).isEqualTo(Map.of("r", 1));
    }

    @Test
    void reset_forgetsWhatTheDeviceReportedToo() {
        twins.report("dev1", Map.of("r", 1), OptionalLong.empty());

        Twin after = twins.reset("dev1", desired(Map.of("b", 2)));

        assertThat(after.reported().values()).isEmpty();
        assertThat(after.desired().values()).isEqualTo(Map.of("b", 2));
    }

    @Test
    void connectedDevice_isToldWhatIsDesiredOfIt() {
        Link link = new Link();
        sessions.open("hub.example", "dev1", link);

        twins.patch("dev1", desired(removing("b", Map.of("a", 1))), ALWAYS);
        twins.replace("dev1", desired(Map.of("c", 2)), ALWAYS);

        assertThat(link.told)
                .containsExactly(
                        new DeviceTwins.DesiredChange(removing("b", Map.of("a", 1)), 2),
                        new DeviceTwins.DesiredChange(Map.of("c", 2), 3));
    }

    @Test
    void report_hasItsOwnVersionAndLeavesTheEtag() {
        long first = twins.report("dev1", Map.of("a", 1), OptionalLong.empty());
        long second = twins.report("dev1", Map.of("a", 2), OptionalLong.of(first));

        assertThat(second).isEqualTo(3);
        assertThat(twins.get("dev1").etag()).isEqualTo(new Etag("AAAAAAAAAAE="));
        refused(Reason.PRECONDITION_FAILED, () -> twins.report("dev1", Map.of("a", 3), OptionalLong.of(first)));
        assertThat(twins.get("dev1").reported().values()).isEqualTo(Map.of("a", 2));
    }

    @Test
    void staleEtag_changesNothing() {
        Etag before = twins.get("dev1").etag();
        twins.patch("dev1", desired(Map.of("a", 1)), new Precondition.Matches(before));

        refused(
                Reason.PRECONDITION_FAILED,
                () -> twins.patch("dev1", desired(Map.of("a", 2)), new Precondition.Matches(before)));
        assertThat(twins.get("dev1").desired().values()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void twinOfADeletedDevice_isForgotten() {
        twins.patch("dev1", desired(Map.of("a", 1)), ALWAYS);
        devices.delete("dev1", ALWAYS);
        create("dev1");

        assertThat(twins.get("dev1").desired().values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "a b", "$a", "a\u0000b", "a\n"})
    void illegalNames_areRefusedAtAnyDepth(String name) {
        refused(Reason.INVALID_ARGUMENT, () -> twins.patch("dev1", desired(Map.of(name, 1)), ALWAYS));
        refused(
                Reason.INVALID_ARGUMENT,
                () -> twins.report("dev1", Map.of("list", List.of(Map.of(name, 1))), OptionalLong.empty()));
    }

    @Test
    void limits_areThoseOfTheHub() {
        desire("a", 4_503_599_627_370_495L);
        desire("a", -4_503_599_627_370_496L);
        refused(Reason.INVALID_ARGUMENT, () -> desire("a", 4_503_599_627_370_496L));
        refused(Reason.INVALID_ARGUMENT, () -> desire("a", -4_503_599_627_370_497L));
        refused(Reason.INVALID_ARGUMENT, () -> desire("a", new BigInteger("1" + "0".repeat(30))));
        desire("a", "x".repeat(4096));
        refused(Reason.INVALID_ARGUMENT, () -> desire("a", "x".repeat(4097)));
        desire("x".repeat(1024), 1);
        refused(Reason.INVALID_ARGUMENT, () -> desire("x".repeat(1025), 1));
        desire("deep", nested(9));
        refused(Reason.INVALID_ARGUMENT, () -> desire("deep", nested(10)));
        assertThat(twins.get("dev1").desired().values()).containsEntry("deep", nested(9));
    }

    @Test
    void sizes_areCountedOverTheWholeSection() {
        for (int i = 0; i < 7; i++) {
            desire("k" + i, "x".repeat(4000));
        }
        refused(Reason.TOO_LARGE, () -> {
            desire("k7", "x".repeat(4000));
            desire("k8", "x".repeat(4000));
        });
        String text = "x".repeat(4090);
        refused(
                Reason.TOO_LARGE,
                () -> twins.patch(
                        "dev1",
                        new DeviceTwins.Change(Optional.of(Map.of("a", text, "b", text, "c", text)), Optional.empty()),
                        ALWAYS));
    }

    private void desire(String name, Object value) {
        twins.patch("dev1", desired(Map.of(name, value)), ALWAYS);
    }

    private static Map<String, Object> nested(int levels) {
        Map<String, Object> value = Map.of("end", 1);
        for (int i = 1; i < levels; i++) {
            value = Map.of("n", value);
        }
        return value;
    }

    private static DeviceTwins.Change desired(Map<String, Object> desired) {
        return new DeviceTwins.Change(Optional.empty(), Optional.of(desired));
    }

    @SuppressWarnings("NullAway") // plain JSON has nulls
    private static Map<String, Object> removing(String name, Map<String, Object> others) {
        Map<String, Object> patch = new HashMap<>(others);
        patch.put(name, null);
        return patch;
    }

    private static void refused(Reason reason, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
