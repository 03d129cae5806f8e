package dev.muster.conformance.harness;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.NoRetry;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import com.microsoft.azure.sdk.iot.provisioning.device.AdditionalData;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.security.hsm.SecurityProviderX509Cert;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.pki.Certificate;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;

/** The official Java device SDKs, as an application uses them. Stateless. */
public final class SdkDevice {
    /** Less than the SDK's own 60 seconds, so that a lost answer shows as such. */
    private static final int SECONDS = 50;

    /** What the SDK is to wait for an answer about a twin. */
    public static final int MILLISECONDS = 5_000;

    private static final int ATTEMPTS = 10;

    private SdkDevice() {}

    /** The key of a group's member, by the SDK's own arithmetic. */
    public static String derivedKey(String groupKey, String id) throws Exception {
        byte[] key =
                SecurityProviderSymmetricKey.ComputeDerivedSymmetricKey(groupKey.getBytes(StandardCharsets.UTF_8), id);
        return new String(key, StandardCharsets.UTF_8);
    }

    public static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, String idScope, Device device)
            throws ProvisioningDeviceClientException, InterruptedException {
        return register(protocol, idScope, new Certified(device, ""));
    }

    /** Registers under another id than the certificate's common name. */
    public static ProvisioningDeviceClientRegistrationResult registerAs(
            String registrationId, ProvisioningDeviceClientTransportProtocol protocol, String idScope, Device device)
            throws ProvisioningDeviceClientException, InterruptedException {
        return register(protocol, idScope, new Certified(device, registrationId));
    }

    /** A client of the device's hub by its certificate, not yet open, that gives up at the first refusal. */
    public static DeviceClient hubClient(String hub, String deviceId, SSLContext context) {
        return once(new DeviceClient(
                "HostName=%s;DeviceId=%s;x509=true".formatted(hub, deviceId),
                IotHubClientProtocol.MQTT,
                ClientOptions.builder().sslContext(context).build()));
    }

    /** The same by its symmetric key. */
    public static DeviceClient hubClient(String hub, String deviceId, String key) {
        return once(new DeviceClient(
                "HostName=%s;DeviceId=%s;SharedAccessKey=%s".formatted(hub, deviceId, key), IotHubClientProtocol.MQTT));
    }

    /** Connects and disconnects. */
    public static void visit(DeviceClient client) throws IotHubClientException {
        try {
            client.open(false);
        } finally {
            client.close();
        }
    }

    /** Connects, reports a property and disconnects. */
    public static void report(DeviceClient client, String name, Object value) throws Exception {
        TwinCollection reported = new TwinCollection();
        reported.put(name, value);
        try {
            client.open(false);
            client.subscribeToDesiredProperties((_, _) -> {}, null);
            again(_ -> client.updateReportedProperties(reported, MILLISECONDS));
        } finally {
            client.close();
        }
    }

    /** Connects, reads the twin and disconnects. */
    public static Twin twin(DeviceClient client) throws Exception {
        try {
            client.open(false);
            client.subscribeToDesiredProperties((_, _) -> {}, null);
            return again(_ -> client.getTwin(MILLISECONDS));
        } finally {
            client.close();
        }
    }

    /** Something that a device asks its hub. */
    @FunctionalInterface
    public interface Question<T> {
        /** @param attempt from 1 */
        T ask(int attempt) throws Exception;
    }

    /**
     * Asks again where the SDK times out, which it does now and then although the answer has come: its thread that has
     * handled a message may forget whom to tell before the one that received it has looked.
     */
    public static <T> T again(Question<T> question) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return question.ask(attempt);
            } catch (IotHubClientException e) {
                if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).startsWith("Timed out")) {
                    throw e;
                }
            }
        }
    }

    private static DeviceClient once(DeviceClient client) {
        client.setRetryPolicy(new NoRetry());
        return client;
    }

    public static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, String idScope, SecurityProvider security)
            throws ProvisioningDeviceClientException, InterruptedException {
        return register(protocol, idScope, security, new AdditionalData());
    }

    /** Registers with something to say to whoever chooses the hub. */
    public static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol,
            String idScope,
            SecurityProvider security,
            AdditionalData data)
            throws ProvisioningDeviceClientException, InterruptedException {
        ProvisioningDeviceClient client = ProvisioningDeviceClient.create(TestServer.HOST, idScope, protocol, security);
        try {
            return client.registerDeviceSync(data, SECONDS);
        } finally {
            client.close();
        }
    }

    /** The SDK's provider, under another registration id where one is given. */
    public static final class Certified extends SecurityProviderX509Cert {
        private final String otherId;

        public Certified(Device device, String otherId) {
            super(
                    device.leaf().x509(),
                    device.key(),
                    device.chain().stream().skip(1).map(Certificate::x509).toList());
            this.otherId = otherId;
        }

        @Override
        public String getRegistrationId() {
            return otherId.isEmpty() ? super.getRegistrationId() : otherId;
        }
    }
}
