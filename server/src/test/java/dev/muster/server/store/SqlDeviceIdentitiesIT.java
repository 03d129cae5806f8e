package dev.muster.server.store;

import static dev.muster.server.store.Refusals.assertRefused;
import static dev.muster.server.store.Refusals.matches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal.Reason;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlDeviceIdentitiesIT {
    private final TestStore store;
    private final SqlDeviceIdentities devices;

    SqlDeviceIdentitiesIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        devices = new SqlDeviceIdentities(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void device_isFoundAsItWasPutWithEveryAuthentication() {
        for (Authentication authentication : List.of(
                new Authentication.SelfSigned(Optional.of("ab:CD"), Optional.of("EF")),
                new Authentication.SelfSigned(Optional.empty(), Optional.empty()),
                new Authentication.Sas("a2V5MQ==", "a2V5Mg=="),
                new Authentication.CertificateAuthority())) {
            DeviceIdentity device = Samples.device("Device-1", "e1", authentication);

            devices.put(device, new Precondition.Always());

            assertThat(devices.find(Samples.HUB, "Device-1")).contains(device);
        }
    }

    @Test
    void device_thatIsDisabled_isFoundAsItWasPut() {
        DeviceIdentity device = new DeviceIdentity(
                Samples.HUB,
                "device-1",
                "42",
                new Etag("e1"),
                false,
                "stolen",
                Samples.NOW,
                new Authentication.CertificateAuthority(),
                true);
        devices.put(device, new Precondition.Always());

        assertThat(devices.find(Samples.HUB, "device-1")).contains(device);
    }

    @Test
    void devices_areApartByCaseAndByHub() {
        devices.put(Samples.device("Device-1", "e1"), new Precondition.Absent());
        devices.put(Samples.device("device-1", "e2"), new Precondition.Absent());

        assertThat(devices.find(Samples.HUB, "Device-1")
                        .map(device -> device.etag().value()))
                .contains("e1");
        assertThat(devices.find("other.example", "Device-1")).isEmpty();
    }

    @Test
    void preconditions_hold() {
        devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());

        assertRefused(
                Reason.ALREADY_EXISTS, () -> devices.put(Samples.device("device-1", "e2"), new Precondition.Absent()));
        assertRefused(
                Reason.PRECONDITION_FAILED, () -> devices.put(Samples.device("device-1", "e2"), matches("other")));
        assertRefused(
                Reason.PRECONDITION_FAILED,
                () -> devices.put(Samples.device("absent", "e2"), new Precondition.Present()));
        assertRefused(Reason.PRECONDITION_FAILED, () -> devices.delete(Samples.HUB, "device-1", matches("other")));
        assertRefused(Reason.DEVICE_NOT_FOUND, () -> devices.delete(Samples.HUB, "absent", new Precondition.Present()));
        devices.delete(Samples.HUB, "device-1", matches("e1"));
        assertThat(devices.find(Samples.HUB, "device-1")).isEmpty();
    }

    @Test
    void devices_arePagedInTheOrderOfTheirBytes() {
        for (String id : List.of("b", "a", "B", "a#1")) {
            devices.put(Samples.device(id, "e1"), new Precondition.Absent());
        }

        Page<DeviceIdentity> first = devices.page(Samples.HUB, Page.Request.first(3));
        Page<DeviceIdentity> second = devices.page(Samples.HUB, new Page.Request(first.next(), 3));

        assertThat(first.items()).extracting(DeviceIdentity::deviceId).containsExactly("B", "a", "a#1");
        assertThat(second.items()).extracting(DeviceIdentity::deviceId).containsExactly("b");
        assertThat(devices.page("other.example", Page.Request.first(3)).items()).isEmpty();
    }
}
