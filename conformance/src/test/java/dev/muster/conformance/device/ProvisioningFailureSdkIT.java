package dev.muster.conformance.device;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TpmAttestation;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientException;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.SoftwareTpm;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.TpmProvider;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * The official Java device SDK when its device has proved who it is and there is no hub for it: the one of its
 * enrollment is not linked any more. Its application is told the code (reference 10.4) and what is wrong.
 */
class ProvisioningFailureSdkIT {
    private static final String LEAVING_HUB = "leaving.hub.test";
    private static final Map<String, SecurityProvider> DEVICES = new HashMap<>();

    private static TestServer server;
    private static SoftwareTpm tpm;

    @BeforeAll
    static void start() throws Exception {
        Path directory = TestServer.newDirectory();
        tpm = SoftwareTpm.start(directory);
        try (TestServer before = TestServer.start(directory, List.of(LEAVING_HUB))) {
            for (ProvisioningDeviceClientTransportProtocol protocol :
                    ProvisioningDeviceClientTransportProtocol.values()) {
                Device certified = TestPki.selfSigned(id("certified", protocol));
                enroll(before, new Enrolling(before).wish(certified));
                DEVICES.put(certified.registrationId(), new SdkDevice.Certified(certified, ""));

                String keyed = id("keyed", protocol);
                IndividualEnrollment withKeys =
                        enroll(before, new IndividualEnrollment(keyed, new SymmetricKeyAttestation("", "")));
                String key = ((SymmetricKeyAttestation) withKeys.getAttestation()).getPrimaryKey();
                DEVICES.put(keyed, new SecurityProviderSymmetricKey(key, key, keyed));

                String withTpm = id("tpm", protocol);
                String endorsementKey = Base64.getEncoder().encodeToString(tpm.endorsementKey());
                enroll(before, new IndividualEnrollment(withTpm, new TpmAttestation(endorsementKey)));
                DEVICES.put(withTpm, new TpmProvider(tpm, withTpm));
            }
        }
        server = TestServer.start(directory, List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        tpm.close();
        server.close();
    }

    @EachTransport
    void deviceWithACertificateAndNoHub_fails(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        assertFails("certified", protocol);
    }

    @EachTransport
    void deviceWithAKeyAndNoHub_fails(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        assertFails("keyed", protocol);
    }

    /** TPMs are for HTTPS and AMQP alone (reference 8.3). */
    @EnumSource(names = {"HTTPS", "AMQPS", "AMQPS_WS"})
    @ParameterizedTest
    void deviceWithATpmAndNoHub_fails(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        assertFails("tpm", protocol);
    }

    private static String id(String kind, ProvisioningDeviceClientTransportProtocol protocol) {
        return "homeless-" + kind + "-"
                + protocol.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static IndividualEnrollment enroll(TestServer server, IndividualEnrollment wish)
            throws ProvisioningServiceClientException {
        wish.setAllocationPolicy(AllocationPolicy.STATIC);
        wish.setIotHubs(List.of(LEAVING_HUB));
        return server.enrollments().createOrUpdateIndividualEnrollment(wish);
    }

    private static void assertFails(String kind, ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = id(kind, protocol);
        SecurityProvider device = requireNonNull(DEVICES.get(id));

        Throwable failure = catchThrowable(() -> SdkDevice.register(protocol, server.idScope(), device));

        assertThat(failure)
                .isInstanceOf(ProvisioningDeviceHubException.class)
                .hasMessageContaining("No linked IoT hub can take the device.");
        var state = server.enrollments().getDeviceRegistrationState(id);
        assertThat(state.getStatus()).isEqualTo(EnrollmentStatus.FAILED);
        assertThat(state.getErrorCode()).isEqualTo(400208);
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/succeeded").asBoolean()).isFalse();
        assertThat(attempt.at("/transport").asString()).isEqualTo(protocol.name());
        assertThat(attempt.at("/explanation/rule").asString()).contains(LEAVING_HUB);
        assertThat(attempt.at("/explanation/remedy").asString()).contains("link a hub");
    }
}
