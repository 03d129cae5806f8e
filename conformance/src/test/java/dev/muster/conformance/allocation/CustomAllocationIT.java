package dev.muster.conformance.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.device.AdditionalData;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.Attestation;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.CustomAllocationDefinition;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentGroup;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.WebhookServer;
import dev.muster.conformance.harness.WebhookServer.Call;
import dev.muster.conformance.harness.WebhookServer.Reply;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Hubs that a webhook chooses: a real HTTPS server, devices with the official Java SDK.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-custom-allocation">DPS: custom allocation</a>
 */
class CustomAllocationIT {
    private static final String OTHER_HUB = "other.hub.example";

    private static WebhookServer webhook;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Authority authority = TestPki.root("Webhooks");
        webhook = new WebhookServer(authority);
        Path directory = TestServer.newDirectory();
        Path authorities = directory.resolve("webhooks.pem");
        Files.writeString(authorities, Pem.write(authority.certificate()));
        server = TestServer.start(directory, List.of(OTHER_HUB), authorities);
    }

    @AfterAll
    static void stop() {
        server.close();
        webhook.close();
    }

    @EachTransport
    void individualDevice_goesWhereTheWebhookSays_andGetsItsPayload(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Device device = TestPki.selfSigned("custom-" + protocol);
        String id = device.registrationId();
        IndividualEnrollment wish = new Enrolling(server).wish(device);
        enroll(wish);
        webhook.answer(id, new Reply(200, """
                {"iotHubHostName":"%s","payload":{"color":"red","sizes":[1,2]}}""".formatted(OTHER_HUB)));

        ProvisioningDeviceClientRegistrationResult first =
                register(protocol, new SdkDevice.Certified(device, ""), "{\"model\":\"toaster\",\"floor\":7}");

        assertThat(first.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(first.getIothubUri()).isEqualTo(OTHER_HUB);
        assertThat(first.getProvisioningPayload()).contains("\"color\":\"red\"");
        Call call = onlyCall(id);
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.path()).isEqualTo("/api/choose?code=the-function-key");
        assertThat(call.contentType()).startsWith("application/json");
        JsonNode asked = call.body();
        assertThat(asked.at("/individualEnrollment/registrationId").asString()).isEqualTo(id);
        assertThat(asked.at("/individualEnrollment/allocationPolicy").asString())
                .isEqualTo("custom");
        assertThat(asked.at("/individualEnrollment/customAllocationDefinition/webhookUrl")
                        .asString())
                .isEqualTo(webhook.maskedUrl());
        assertThat(asked.at("/deviceRuntimeContext/payload/model").asString()).isEqualTo("toaster");
        assertThat(asked.at("/deviceRuntimeContext/payload/floor").asInt()).isEqualTo(7);
        assertThat(asked.at("/deviceRuntimeContext/x509/clientCertificates/primary/info/sha256Thumbprint")
                        .asString())
                .isEqualTo(device.thumbprint());
        assertThat(asked.at("/deviceRuntimeContext").has("currentIotHubHostName"))
                .isFalse();
        assertThat(asked.at("/linkedHubs").values().stream().map(JsonNode::asString))
                .containsExactly(TestServer.HOST, OTHER_HUB);

        webhook.answer(id, new Reply(200, "{\"iotHubHostName\":\"" + TestServer.HOST + "\"}"));
        ProvisioningDeviceClientRegistrationResult second = register(protocol, new SdkDevice.Certified(device, ""), "");

        assertThat(second.getIothubUri()).isEqualTo(TestServer.HOST);
        JsonNode askedAgain = webhook.calls(id).getLast().body().at("/deviceRuntimeContext");
        assertThat(askedAgain.at("/currentIotHubHostName").asString()).isEqualTo(OTHER_HUB);
        assertThat(askedAgain.at("/currentDeviceId").asString()).isEqualTo(id);
        assertThat(askedAgain.has("payload")).isFalse();
        assertThat(server.registry().getDevice(id).getPrimaryThumbprint()).isEqualTo(device.thumbprint());
    }

    @EachTransport
    void groupsDevice_goesWhereTheWebhookSays(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String group = "custom-group-" + protocol;
        String id = "member-" + protocol.name().toLowerCase(Locale.ROOT);
        EnrollmentGroup wish = new EnrollmentGroup(group, new SymmetricKeyAttestation("", ""));
        wish.setAllocationPolicy(AllocationPolicy.CUSTOM);
        wish.setCustomAllocationDefinition(definition());
        wish.setIotHubs(List.of(OTHER_HUB));
        Attestation keys =
                server.enrollments().createOrUpdateEnrollmentGroup(wish).getAttestation();
        String key = SdkDevice.derivedKey(((SymmetricKeyAttestation) keys).getPrimaryKey(), id);
        webhook.answer(id, new Reply(200, "{\"iotHubHostName\":\"" + OTHER_HUB + "\",\"payload\":null}"));

        ProvisioningDeviceClientRegistrationResult result =
                register(protocol, new SecurityProviderSymmetricKey(key, key, id), "");

        assertThat(result.getIothubUri()).isEqualTo(OTHER_HUB);
        JsonNode asked = onlyCall(id).body();
        assertThat(asked.at("/enrollmentGroup/enrollmentGroupId").asString()).isEqualTo(group);
        assertThat(asked.at("/enrollmentGroup/attestation/type").asString()).isEqualTo("symmetricKey");
        assertThat(asked.at("/deviceRuntimeContext/symmetricKey").isObject()).isTrue();
        assertThat(asked.at("/linkedHubs").values().stream().map(JsonNode::asString))
                .containsExactly(OTHER_HUB);
        assertThat(asked.toString()).doesNotContain(((SymmetricKeyAttestation) keys).getPrimaryKey());
    }

    /** Java sends an object as a string that holds it, Python null for nothing; other values have no special sense. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    object  | {"payload":{"a":[1,null]}}      | {"a":[1,null]}
                    text    | {"payload":"{\\"a\\":1}"}       | {"a":1}
                    word    | {"payload":"toaster"}           | "toaster"
                    number  | {"payload":7.5}                 | 7.5
                    list    | {"payload":[1,"b"]}             | [1,"b"]
                    null    | {"payload":null}                |
                    nothing | {}                              |
                    """)
    void payload_reachesTheWebhookAsItWasSent(String name, String body, @Nullable String payload) throws Exception {
        Device device = TestPki.selfSigned("payload-" + name);
        enroll(new Enrolling(server).wish(device));
        webhook.answer(device.registrationId(), new Reply(200, "{\"iotHubHostName\":\"" + OTHER_HUB + "\"}"));

        provisioning().result(device, provisioning().register(device, body));

        JsonNode context = onlyCall(device.registrationId()).body().at("/deviceRuntimeContext");
        if (payload == null) {
            assertThat(context.has("payload")).isFalse();
        } else {
            assertThat(context.at("/payload")).hasToString(payload);
        }
    }

    /** Azure's table, its retries aside; what has no status is among the rest. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    no-hub       | 200 | {}                                          | 400208 | without an iotHubHostName
                    empty-hub    | 200 | {"iotHubHostName":""}                       | 400208 | without an iotHubHostName
                    empty-body   | 200 |                                             | 400208 | without an iotHubHostName
                    strange-hub  | 200 | {"iotHubHostName":"strange.hub.example"}    | 400207 | strange.hub.example
                    no-json      | 200 | it is Tuesday                               | 400207 | cannot be read
                    no-object    | 200 | ["127.0.71.1"]                              | 400207 | cannot be read
                    payload-text | 200 | {"iotHubHostName":"127.0.71.1","payload":1} | 400207 | payload must be an object
                    unauthorized | 401 | {}                                          | 400209 | answered 401
                    created      | 201 | {"iotHubHostName":"127.0.71.1"}             | 400207 | answered 201
                    redirect     | 307 |                                             | 400207 | answered 307
                    missing      | 404 | not here                                    | 400207 | answered 404
                    last-failed  | 428 |                                             | 400207 | answered 428
                    """)
    void answerThatChoosesNoHub_failsTheRegistration(
            String name, int status, @Nullable String body, int code, String rule) throws Exception {
        Device device = TestPki.selfSigned("failing-" + name);
        enroll(new Enrolling(server).wish(device));
        webhook.answer(device.registrationId(), new Reply(status, body == null ? "" : body));

        JsonNode result = provisioning().registered(device);

        assertThat(result.at("/status").asString()).isEqualTo("failed");
        assertThat(result.at("/registrationState/errorCode").asInt()).isEqualTo(code);
        assertThat(webhook.calls(device.registrationId())).hasSize(1);
        JsonNode attempt = attempts(device).getFirst();
        assertThat(attempt.at("/succeeded").asBoolean()).isFalse();
        assertThat(attempt.at("/explanation/subject").asString()).contains(webhook.maskedUrl());
        assertThat(attempt.at("/explanation/rule").asString()).contains(rule);
        assertThat(attempt.toString()).doesNotContain("the-function-key");
    }

    @Test
    void longAnswer_failsTheRegistration() throws Exception {
        Device device = TestPki.selfSigned("long-answer");
        enroll(new Enrolling(server).wish(device));
        webhook.answer(
                device.registrationId(),
                new Reply(
                        200,
                        "{\"iotHubHostName\":\"" + TestServer.HOST + "\",\"payload\":{\"x\":\"" + "x".repeat(200_000)
                                + "\"}}"));

        assertThat(provisioning()
                        .registered(device)
                        .at("/registrationState/errorCode")
                        .asInt())
                .isEqualTo(400207);
        assertThat(attempts(device).getFirst().at("/explanation/rule").asString())
                .contains("too long");
    }

    @Test
    void webhookThatNobodyServes_failsTheRegistration() throws Exception {
        Device device = TestPki.selfSigned("unreachable");
        IndividualEnrollment wish = new Enrolling(server).wish(device);
        wish.setAllocationPolicy(AllocationPolicy.CUSTOM);
        CustomAllocationDefinition nowhere = definition();
        nowhere.setWebhookUrl("https://127.0.71.9:1/choose");
        wish.setCustomAllocationDefinition(nowhere);
        server.enrollments().createOrUpdateIndividualEnrollment(wish);

        assertThat(provisioning()
                        .registered(device)
                        .at("/registrationState/errorCode")
                        .asInt())
                .isEqualTo(400207);
        assertThat(attempts(device).getFirst().at("/explanation/rule").asString())
                .contains("nobody listens there");
    }

    @Test
    void webhookWithACertificateOfAStranger_failsTheRegistration() throws Exception {
        Device device = TestPki.selfSigned("distrusting");
        try (WebhookServer strange = new WebhookServer(TestPki.root("Strangers"))) {
            IndividualEnrollment wish = new Enrolling(server).wish(device);
            wish.setAllocationPolicy(AllocationPolicy.CUSTOM);
            CustomAllocationDefinition definition = definition();
            definition.setWebhookUrl(strange.url());
            wish.setCustomAllocationDefinition(definition);
            server.enrollments().createOrUpdateIndividualEnrollment(wish);

            assertThat(provisioning()
                            .registered(device)
                            .at("/registrationState/errorCode")
                            .asInt())
                    .isEqualTo(400207);
        }
        assertThat(attempts(device).getFirst().at("/explanation/rule").asString())
                .contains("TLS failed");
    }

    /** The schedule of all ten is in {@code CustomAllocationTest}. */
    @Test
    void busyWebhook_isAskedAgainAfterASecond() throws Exception {
        Device device = TestPki.selfSigned("patient");
        enroll(new Enrolling(server).wish(device));
        webhook.answer(
                device.registrationId(),
                new Reply(503, "busy"),
                new Reply(200, "{\"iotHubHostName\":\"" + OTHER_HUB + "\"}"));
        Instant before = Instant.now();

        JsonNode result = provisioning().registered(device);

        assertThat(result.at("/registrationState/assignedHub").asString()).isEqualTo(OTHER_HUB);
        assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
        assertThat(webhook.calls(device.registrationId())).hasSize(2);
        assertThat(attempts(device).stream()
                        .map(attempt -> attempt.at("/outcome").asString()))
                .containsExactly(
                        "assigned to " + OTHER_HUB + " as 'patient', as the webhook " + webhook.maskedUrl()
                                + " answered",
                        "assigning",
                        "assigning");
        assertThat(attempts(device).get(1).at("/explanation/rule").asString()).contains("answered 503");
    }

    @Test
    void slowWebhook_doesNotHoldUpOthers() throws Exception {
        Device slow = TestPki.selfSigned("slow");
        Device quick = TestPki.selfSigned("quick");
        enroll(new Enrolling(server).wish(slow));
        enroll(new Enrolling(server).wish(quick));
        CountDownLatch released = new CountDownLatch(1);
        webhook.answer("slow", new Reply(200, "{\"iotHubHostName\":\"" + OTHER_HUB + "\"}", released));
        webhook.answer("quick", new Reply(200, "{\"iotHubHostName\":\"" + OTHER_HUB + "\"}"));

        String waiting = provisioning().register(slow);
        assertThat(provisioning().registered(quick).at("/status").asString()).isEqualTo("assigned");

        JsonNode still = provisioning().poll(slow, waiting).json();
        assertThat(still.at("/status").asString()).isEqualTo("assigning");
        assertThat(still.at("/registrationState/registrationId").asString()).isEqualTo("slow");
        assertThat(provisioning().poll(slow, waiting).header("retry-after")).isEqualTo("2");
        released.countDown();
        assertThat(provisioning().result(slow, waiting).at("/status").asString())
                .isEqualTo("assigned");
    }

    @Test
    void registrationThatIsDeletedMeanwhile_staysDeleted() throws Exception {
        Device device = TestPki.selfSigned("forgotten");
        enroll(new Enrolling(server).wish(device));
        CountDownLatch released = new CountDownLatch(1);
        webhook.answer(
                device.registrationId(), new Reply(200, "{\"iotHubHostName\":\"" + TestServer.HOST + "\"}", released));
        String operation = provisioning().register(device);
        webhook.awaitCall(device.registrationId());

        server.enrollments().deleteDeviceRegistrationState(device.registrationId());
        released.countDown();

        assertThat(provisioning().poll(device, operation).status()).isEqualTo(404);
    }

    private static void enroll(IndividualEnrollment wish) throws Exception {
        wish.setAllocationPolicy(AllocationPolicy.CUSTOM);
        wish.setCustomAllocationDefinition(definition());
        server.enrollments().createOrUpdateIndividualEnrollment(wish);
    }

    private static CustomAllocationDefinition definition() {
        CustomAllocationDefinition definition = new CustomAllocationDefinition();
        definition.setWebhookUrl(webhook.url());
        definition.setApiVersion("2019-03-31");
        return definition;
    }

    private static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, SecurityProvider security, String payload)
            throws Exception {
        AdditionalData data = new AdditionalData();
        if (!payload.isEmpty()) {
            data.setProvisioningPayload(payload);
        }
        return SdkDevice.register(protocol, server.idScope(), security, data);
    }

    private static HttpProvisioning provisioning() {
        return new HttpProvisioning(server);
    }

    private static Call onlyCall(String id) {
        assertThat(webhook.calls(id)).hasSize(1);
        return webhook.calls(id).getFirst();
    }

    private static List<JsonNode> attempts(Device device) {
        return server.controlPlane().attempts(device.registrationId());
    }
}
