package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import com.microsoft.azure.sdk.iot.service.auth.SymmetricKey;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubConflictException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubPreconditionFailedException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubUnauthorizedException;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.DeviceStatus;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The official Java service SDK, iot-service-client 2.1.9, on device identities.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices">IoT Hub: devices</a>
 */
class HubRegistrySdkIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Java makes the keys itself and sends them (reference 5.2). */
    @Test
    void device_isCreatedWithTheKeysThatTheOwnerChose() throws Exception {
        SymmetricKey key = new SymmetricKey();
        Device wanted = new Device("keyed-device", AuthenticationType.SAS);
        wanted.setSymmetricKey(key);

        Device created = server.registry().addDevice(wanted);

        assertThat(created.getPrimaryKey()).isEqualTo(key.getPrimaryKey());
        assertThat(created.getSecondaryKey()).isEqualTo(key.getSecondaryKey());
        assertThat(created.getGenerationId()).isNotBlank();
        assertThat(created.getETag()).isNotBlank();
        assertThat(created.getStatus()).isEqualTo(DeviceStatus.Enabled);
        assertThat(server.registry().getDevice("keyed-device").getPrimaryKey()).isEqualTo(key.getPrimaryKey());
    }

    /** Java reads authentication and thumbprints from every answer (reference 5.2). */
    @Test
    void device_isCreatedWithThumbprints() throws Exception {
        TestPki.Device certified = TestPki.selfSigned("certified-device");
        Device wanted = new Device("certified-device", AuthenticationType.SELF_SIGNED);
        wanted.setThumbprint(certified.thumbprint(), certified.thumbprint());

        server.registry().addDevice(wanted);

        Device read = server.registry().getDevice("certified-device");
        assertThat(read.getAuthenticationType()).isEqualTo(AuthenticationType.SELF_SIGNED);
        assertThat(read.getPrimaryThumbprint()).isEqualToIgnoringCase(certified.thumbprint());
    }

    /** Java sends If-Match * and the status with a capital (reference 5.2). */
    @Test
    void device_isUpdated() throws Exception {
        Device device = server.registry().addDevice(new Device("updated-device", AuthenticationType.SAS));
        device.setStatus(DeviceStatus.Disabled);

        Device updated = server.registry().updateDevice(device);

        assertThat(updated.getStatus()).isEqualTo(DeviceStatus.Disabled);
        assertThat(updated.getETag()).isNotEqualTo(device.getETag());
        Device read = server.registry().getDevice("updated-device");
        assertThat(read.getStatus()).isEqualTo(DeviceStatus.Disabled);
        assertThat(read.getGenerationId()).isEqualTo(device.getGenerationId());
        assertThat(read.getPrimaryKey()).isEqualTo(device.getPrimaryKey());
    }

    /** PUT without If-Match on an id in use is 409 (reference 5.2). */
    @Test
    void device_isNotCreatedTwice() throws Exception {
        server.registry().addDevice(new Device("taken-device", AuthenticationType.SAS));

        assertThatExceptionOfType(IotHubConflictException.class)
                .isThrownBy(() -> server.registry().addDevice(new Device("taken-device", AuthenticationType.SAS)));
    }

    /** A device of the same name later is another one, and its generation says so. */
    @Test
    void deletedDevice_comesBackInAnotherGeneration() throws Exception {
        Device first = server.registry().addDevice(new Device("reborn-device", AuthenticationType.SAS));
        server.registry().removeDevice("reborn-device");
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice("reborn-device"));

        Device second = server.registry().addDevice(new Device("reborn-device", AuthenticationType.SAS));

        assertThat(second.getGenerationId()).isNotEqualTo(first.getGenerationId());
    }

    /** Java sends the etag of the object raw, without quotes (reference 5.2). */
    @Test
    void staleEtag_isRefused() throws Exception {
        Device stale = server.registry().addDevice(new Device("raced-device", AuthenticationType.SAS));
        Device fresh = server.registry().getDevice("raced-device");
        fresh.setStatus(DeviceStatus.Disabled);
        Device newest = server.registry().updateDevice(fresh);

        assertThatExceptionOfType(IotHubPreconditionFailedException.class)
                .isThrownBy(() -> server.registry().removeDevice(stale));
        server.registry().removeDevice(newest);
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice("raced-device"));
    }

    /** Device ids at a hub are case-sensitive, other than registration ids (device reference 11.1). */
    @Test
    void deviceIds_areCaseSensitive() throws Exception {
        server.registry().addDevice(new Device("Case-Device", AuthenticationType.SAS));

        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice("case-device"));
    }

    /** 401 in the shape that Java reads (reference 5.6). */
    @Test
    void wrongKey_isUnauthorized() {
        String wrong = Base64.getEncoder().encodeToString(new byte[32]);
        RegistryClient stranger = new RegistryClient(
                "HostName=" + TestServer.HOST + ";SharedAccessKeyName=iothubowner;SharedAccessKey=" + wrong);

        assertThatExceptionOfType(IotHubUnauthorizedException.class).isThrownBy(() -> stranger.getDevice("any-device"));
    }
}
