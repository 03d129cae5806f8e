package dev.muster.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import dev.muster.conformance.TestPki.Device;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/**
 * The official Java device SDK when its device has proved who it is and there is no hub for it: the one of its
 * enrollment is not linked any more. Its application is told the code (reference 10.4) and what is wrong.
 */
class ProvisioningFailureSdkIT {
    private static final String LEAVING_HUB = "leaving.hub.test";
    private static final Map<ProvisioningDeviceClientTransportProtocol, Device> DEVICES =
            new EnumMap<>(ProvisioningDeviceClientTransportProtocol.class);

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Path directory = TestServer.newDirectory();
        try (TestServer before = TestServer.start(directory, List.of(LEAVING_HUB))) {
            for (ProvisioningDeviceClientTransportProtocol protocol :
                    ProvisioningDeviceClientTransportProtocol.values()) {
                Device device = TestPki.selfSigned("homeless-" + protocol.name().toLowerCase(Locale.ROOT));
                DEVICES.put(protocol, device);
                IndividualEnrollment wish = new Enrolling(before).wish(device);
                wish.setAllocationPolicy(AllocationPolicy.STATIC);
                wish.setIotHubs(List.of(LEAVING_HUB));
                before.enrollments().createOrUpdateIndividualEnrollment(wish);
            }
        }
        server = TestServer.start(directory, List.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @EachTransport
    void deviceWithoutAHub_fails(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = requireNonNull(DEVICES.get(protocol));

        Throwable failure = catchThrowable(() -> SdkDevice.register(protocol, server.idScope(), device));

        assertThat(failure)
                .isInstanceOf(ProvisioningDeviceHubException.class)
                .hasMessageContaining("No linked IoT hub can take the device.");
        var state = server.enrollments().getDeviceRegistrationState(device.registrationId());
        assertThat(state.getStatus()).isEqualTo(EnrollmentStatus.FAILED);
        assertThat(state.getErrorCode()).isEqualTo(400208);
        JsonNode attempt =
                server.controlPlane().attempts(device.registrationId()).getFirst();
        assertThat(attempt.at("/succeeded").asBoolean()).isFalse();
        assertThat(attempt.at("/transport").asString()).isEqualTo(protocol.name());
        assertThat(attempt.at("/explanation/rule").asString()).contains(LEAVING_HUB);
        assertThat(attempt.at("/explanation/remedy").asString()).contains("link a hub");
    }
}
