package dev.muster.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.allocation.LinkedHub.Data;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.base.Precondition;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.hub.DeviceTwins.Change;
import dev.muster.hub.Devices;
import dev.muster.hub.Identities;
import dev.muster.hub.Immediate;
import dev.muster.hub.Sessions;
import dev.muster.hub.StoredTwins;
import dev.muster.hub.Twin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What becomes of a device's twin in a hub of this process. */
final class LocalHubTest {
    private static final String KEY = SymmetricKey.of(new byte[32]).base64();
    private static final InitialTwin INITIAL = new InitialTwin(Map.of("plant", 1), Map.of("interval", 10));
    private static final Data.Moved MOVED =
            new Data.Moved(Map.of("plant", 7), Map.of("fan", Map.of("speed", 2)), Map.of("firmware", "1.2"));

    private final Devices devices = new Devices(
            "here.example",
            new Identities(),
            new StoredTwins(),
            new Sessions(),
            new Immediate(),
            InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")),
            new Random(1));
    private final LocalHub hub = new LocalHub(devices);

    @Test
    void dataThatMoved_areInPlaceOfWhatWasThere_andFoundAgain() {
        use();

        hub.provision(device(MOVED, Optional.empty()));

        assertThat(hub.data("sensor-1")).contains(MOVED);
        Twin twin = devices.twins().get("sensor-1");
        assertThat(twin.desired().written().members()).containsOnlyKeys("fan");
        assertThat(twin.desired().version()).isEqualTo(3);
        assertThat(twin.reported().version()).isEqualTo(3);
    }

    @Test
    void dataThatMoved_areChangedByTheTwinThatAWebhookChose() {
        hub.provision(device(MOVED, Optional.of(INITIAL)));

        assertThat(hub.data("sensor-1"))
                .contains(new Data.Moved(
                        Map.of("plant", 1),
                        Map.of("fan", Map.of("speed", 2), "interval", 10),
                        Map.of("firmware", "1.2")));
    }

    @Test
    void dataThatAreForgotten_leaveTheInitialTwinAlone() {
        use();

        hub.provision(device(new Data.Forgotten(), Optional.of(INITIAL)));

        assertThat(hub.data("sensor-1")).contains(new Data.Moved(INITIAL.tags(), INITIAL.desired(), Map.of()));
    }

    @Test
    void dataThatAreKept_stay() {
        use();
        Optional<Data.Moved> before = hub.data("sensor-1");

        hub.provision(device(new Data.Kept(), Optional.empty()));

        assertThat(hub.data("sensor-1")).isEqualTo(before);
    }

    @Test
    void deviceThatIsNotThere_hasNoData() {
        assertThat(hub.data("sensor-1")).isEmpty();
    }

    private void use() {
        hub.provision(device(new Data.Kept(), Optional.empty()));
        devices.twins()
                .patch(
                        "sensor-1",
                        new Change(Optional.of(Map.of("floor", 3)), Optional.of(Map.of("led", "on"))),
                        new Precondition.Always());
        devices.twins().report("sensor-1", Map.of("led", "off"), OptionalLong.empty());
    }

    private static NewDevice device(Data data, Optional<InitialTwin> initialTwin) {
        return new NewDevice("sensor-1", new Authentication.Sas(KEY, KEY), false, data, initialTwin);
    }
}
