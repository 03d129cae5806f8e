package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpPeer.Frame;
import dev.muster.conformance.peer.AmqpProvisioning;
import dev.muster.conformance.peer.AmqpType.Described;
import dev.muster.conformance.peer.AmqpType.Signed;
import dev.muster.conformance.peer.AmqpType.Symbol;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * AMQP 1.0 at the provisioning service, as each SDK speaks it (reference 7).
 *
 * @see <a href="https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-overview-v1.0-os.html">AMQP 1.0</a>
 */
class RawAmqpIT {
    private static TestServer server;
    private static AmqpProvisioning devices;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        devices = new AmqpProvisioning(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Java: no SASL, all in one go, a slash before the address, a poll without a body (traps 24, 25, 27). */
    @Test
    void javaSdk_isAssigned() throws Exception {
        Device device = devices.enrolled("amqp-java");
        try (AmqpPeer peer = AmqpPeer.connect(server, device)) {
            peer.send(AmqpPeer.amqpHeader());
            peer.expectHeader(AmqpPeer.amqpHeader());
            String address = "/" + devices.address("amqp-java");
            peer.send(
                    AmqpPeer.open(null),
                    AmqpPeer.begin(0),
                    AmqpPeer.attachReceiver(0, address),
                    AmqpPeer.attachSender(1, address, null));
            peer.expect(AmqpPeer.OPEN);
            peer.expect(AmqpPeer.BEGIN);
            AmqpProvisioning.assertBothEnds(peer.expect(AmqpPeer.ATTACH));
            AmqpProvisioning.assertBothEnds(peer.expect(AmqpPeer.ATTACH));
            assertThat((Integer) peer.expect(AmqpPeer.FLOW).field(6)).isPositive();
            peer.send(AmqpPeer.credit(0, 1024));

            assertAssigned(peer, "amqp-java", new byte[0]);
        }
    }

    /** C: the whole URL for an address, the registration repeated in the poll, and no correlation id (seen 8). */
    @Test
    void cSdk_isAssigned() throws Exception {
        Device device = devices.enrolled("amqp-c");
        try (AmqpPeer peer = devices.attached(device, "amqps://" + TestServer.HOST + "/" + devices.address("amqp-c"))) {
            assertAssigned(peer, "amqp-c", AmqpPeer.data(AmqpProvisioning.bytes("{\"registrationId\":\"amqp-c\"}")));
        }
    }

    static Stream<Object> correlationIds() {
        return Stream.of(
                "a text", UUID.fromString("7a2a7ddc-3ad6-4cd1-a1f0-3d7d09b9a1f2"), 7L, new byte[] {1, 0, (byte) 0xFF});
    }

    /** Echoed with its type; C# has one for the whole run, an empty Data and a poll with a value (traps 26, 27). */
    @ParameterizedTest
    @MethodSource("correlationIds")
    void correlationId_isEchoed(Object id) throws Exception {
        String registrationId =
                "amqp-correlating-" + id.getClass().getSimpleName().replaceAll("\\W", "");
        try (AmqpPeer peer = devices.attached(devices.enrolled(registrationId), devices.address(registrationId))) {
            peer.send(
                    AmqpPeer.transfer(1, 0, AmqpPeer.correlation(id), AmqpPeer.register(), AmqpPeer.data(new byte[0])));
            Frame accepted = AmqpProvisioning.answer(peer);
            assertThat(correlation(accepted)).isEqualTo(id);
            peer.send(AmqpPeer.transfer(
                    1,
                    1,
                    AmqpPeer.correlation(id),
                    AmqpPeer.poll(accepted.json().at("/operationId").asString()),
                    AmqpPeer.value("iotdps-get-operationstatus")));
            Frame result = AmqpProvisioning.answer(peer);

            assertThat(correlation(result)).isEqualTo(id);
            assertThat(result.json().at("/status").asString()).isEqualTo("assigned");
        }
    }

    /** C reads an int, C# the capital spelling alone (trap 23; seen 11); the final answer has neither. */
    @Test
    void retryAfter_isAnIntInBothSpellings() throws Exception {
        try (AmqpPeer peer = devices.attached(devices.enrolled("amqp-waiting"), devices.address("amqp-waiting"))) {
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.register()));
            Frame accepted = AmqpProvisioning.answer(peer);

            assertThat(accepted.sections().get(0x74L))
                    .isEqualTo(Map.of("retry-after", new Signed(2), "Retry-After", new Signed(2)));
            assertThat(accepted.field(4)).as("settled").isEqualTo(true);
            peer.send(AmqpPeer.transfer(
                    1, 1, AmqpPeer.poll(accepted.json().at("/operationId").asString()), AmqpPeer.value("")));
            assertThat(AmqpProvisioning.answer(peer).sections()).doesNotContainKey(0x74L);
        }
    }

    /** Node and C#: the condition, and the error's JSON for its description (reference 7.5). */
    @Test
    void unknownDevice_isRejectedWithTheError() throws Exception {
        try (AmqpPeer peer = devices.attached(TestPki.selfSigned("amqp-stranger"), devices.address("amqp-stranger"))) {
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.register(), AmqpPeer.data(AmqpProvisioning.bytes("{}"))));
            Described error = AmqpProvisioning.rejection(peer);

            assertThat(error.field(0)).isEqualTo(new Symbol("amqp:unauthorized-access"));
            JsonNode body = new JsonMapper().readTree((String) error.field(1));
            assertThat(body.at("/errorCode").asInt()).isEqualTo(401002);
            assertThat(body.propertyNames())
                    .containsExactlyInAnyOrder("errorCode", "trackingId", "message", "timestampUtc");
            assertThat(server.controlPlane()
                            .attempts("amqp-stranger")
                            .getFirst()
                            .at("/trackingId")
                            .asString())
                    .isEqualTo(body.at("/trackingId").asString());
        }
    }

    /** Java alone shows an error that comes as an answer, and none that comes as a rejection (reference 7.5). */
    @Test
    void unknownDeviceOfJava_isAnsweredWithTheError() throws Exception {
        try (AmqpPeer peer = devices.opened(TestPki.selfSigned("amqp-java-stranger"))) {
            peer.send(AmqpPeer.attachReceiver(0, devices.address("amqp-java-stranger")));
            peer.expect(AmqpPeer.ATTACH);
            peer.send(AmqpPeer.attachSenderWith(
                    1,
                    devices.address("amqp-java-stranger"),
                    Map.of(
                            new Symbol("com.microsoft:client-version"),
                            "com.microsoft.azure.sdk.iot.dps.dps-device-client/2.1.3")));
            peer.expect(AmqpPeer.ATTACH);
            peer.send(AmqpPeer.credit(0, 10), AmqpPeer.transfer(1, 0, AmqpPeer.register()));

            assertThat(AmqpProvisioning.answer(peer).json().at("/errorCode").asInt())
                    .isEqualTo(401002);
        }
    }

    /** It misses an answer that comes before it waits (trap 33; seen 3); nobody else is kept waiting. */
    @Test
    void answerToJava_isNotTooFast() throws Exception {
        String id = "amqp-java-waiting";
        try (AmqpPeer peer = devices.opened(devices.enrolled(id))) {
            peer.send(
                    AmqpPeer.attachReceiver(0, devices.address(id)),
                    AmqpPeer.attachSenderWith(
                            1,
                            devices.address(id),
                            Map.of(
                                    new Symbol("com.microsoft:client-version"),
                                    "com.microsoft.azure.sdk.iot.dps.dps-device-client/2.1.3")));
            peer.expect(AmqpPeer.ATTACH);
            peer.expect(AmqpPeer.ATTACH);
            peer.send(AmqpPeer.credit(0, 10));
            long asked = System.nanoTime();
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.register()));

            AmqpProvisioning.answer(peer);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThan(Duration.ofMillis(100));
        }
    }

    /** Bodies and properties that are none. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"registrationId\":\"another\"}"})
    void badBody_isABadRequest(String body) throws Exception {
        String id = "amqp-garbling-" + body.length();
        try (AmqpPeer peer = devices.attached(devices.enrolled(id), devices.address(id))) {
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.register(), AmqpPeer.data(AmqpProvisioning.bytes(body))));

            assertThat((String) AmqpProvisioning.rejection(peer).field(1)).contains("400004");
        }
    }

    /** The version is the link's; one that does not exist is a bad request as over HTTPS (reference 2.2, 7.3). */
    @Test
    void unknownApiVersion_isABadRequest() throws Exception {
        String id = "amqp-version";
        try (AmqpPeer peer = devices.opened(devices.enrolled(id))) {
            peer.send(AmqpPeer.attachSenderWith(
                    1, devices.address(id), Map.of(new Symbol("com.microsoft:api-version"), "2017-11-15")));
            peer.expect(AmqpPeer.ATTACH);
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.register()));

            assertThat((String) AmqpProvisioning.rejection(peer).field(1)).contains("400004");
        }
    }

    @Test
    void unknownOperationType_isABadRequest() throws Exception {
        try (AmqpPeer peer = devices.attached(devices.enrolled("amqp-guessing"), devices.address("amqp-guessing"))) {
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.properties(Map.of("iotdps-operation-type", 7))));
            assertThat((String) AmqpProvisioning.rejection(peer).field(1)).contains("400004");
            peer.send(AmqpPeer.transfer(1, 1, AmqpPeer.value("no properties at all")));
            assertThat((String) AmqpProvisioning.rejection(peer).field(1)).contains("400004");
        }
    }

    /** Bytes that are no message are the sender's fault, not the connection's. */
    @Test
    void undecodableMessage_isRejected() throws Exception {
        try (AmqpPeer peer = devices.attached(devices.enrolled("amqp-mumbling"), devices.address("amqp-mumbling"))) {
            peer.send(AmqpPeer.transfer(1, 0, new byte[] {0, 0x53, 0x75, (byte) 0xA0, 100, 1}));
            Frame disposition = peer.expect(AmqpPeer.DISPOSITION, AmqpPeer.FLOW);
            assertThat(disposition.described(4).code()).isEqualTo(AmqpPeer.REJECTED);

            assertAssigned(peer, "amqp-mumbling", new byte[0], 1);
        }
    }

    /** A message may come in as many transfers as one likes. */
    @Test
    void messageInPieces_isPutTogether() throws Exception {
        byte[] message = AmqpPeer.register();
        try (AmqpPeer peer = devices.attached(devices.enrolled("amqp-piecemeal"), devices.address("amqp-piecemeal"))) {
            peer.send(AmqpPeer.frame(
                    0,
                    0,
                    Described.list(AmqpPeer.TRANSFER, 1, 0, new byte[] {0}, 0, false, true),
                    Arrays.copyOf(message, 5)));
            peer.send(AmqpPeer.frame(
                    0,
                    0,
                    Described.list(AmqpPeer.TRANSFER, 1, null, null, null, false, false),
                    Arrays.copyOfRange(message, 5, message.length)));

            assertThat(AmqpProvisioning.answer(peer).json().at("/status").asString())
                    .isEqualTo("assigning");
        }
    }

    /** Section 2.6.7: no answer without credit. */
    @Test
    void answer_waitsForCredit() throws Exception {
        try (AmqpPeer peer = devices.opened(devices.enrolled("amqp-creditless"))) {
            peer.send(
                    AmqpPeer.attachReceiver(0, devices.address("amqp-creditless")),
                    AmqpPeer.attachSender(1, devices.address("amqp-creditless"), null),
                    AmqpPeer.transfer(1, 0, AmqpPeer.register()));
            peer.expect(AmqpPeer.DISPOSITION, AmqpPeer.ATTACH, AmqpPeer.FLOW);
            peer.send(AmqpPeer.credit(0, 1));

            assertThat(peer.expect(AmqpPeer.TRANSFER, AmqpPeer.FLOW)
                            .json()
                            .at("/status")
                            .asString())
                    .isEqualTo("assigning");
        }
    }

    /** The hub does not speak AMQP yet, and says so. */
    @ParameterizedTest
    @CsvSource({
        "$cbs,amqp:not-implemented",
        "/devices/d1/messages/events,amqp:not-implemented",
        "elsewhere,amqp:not-found",
        "scope/registrations/,amqp:not-found"
    })
    void otherAddress_isRefused(String address, String condition) throws Exception {
        try (AmqpPeer peer = devices.opened(TestPki.selfSigned("amqp-lost"))) {
            peer.send(AmqpPeer.attachSender(0, address, null));
            assertThat(AmqpProvisioning.refusal(peer)).isEqualTo(new Symbol(condition));
            peer.send(AmqpPeer.attachReceiver(1, address));
            assertThat(AmqpProvisioning.refusal(peer)).isEqualTo(new Symbol(condition));
        }
    }

    /** Section 2.4.5: whoever wants to hear from us within a time does. */
    @Test
    void idleTimeoutOfTheClient_isHeeded() throws Exception {
        try (AmqpPeer peer = AmqpPeer.connect(server, TestPki.selfSigned("amqp-idle"))) {
            peer.send(AmqpPeer.amqpHeader(), AmqpPeer.open(1000));
            peer.expectHeader(AmqpPeer.amqpHeader());
            Frame open = peer.expect(AmqpPeer.OPEN);
            assertThat((Integer) open.field(4)).as("our own idle timeout").isBetween(60_000, 600_000);

            assertThat(peer.next().orElseThrow().body()).isNull();
            assertThat(peer.next().orElseThrow().body()).isNull();
        }
    }

    private static void assertAssigned(AmqpPeer peer, String id, byte[] pollBody) throws IOException {
        assertAssigned(peer, id, pollBody, 0);
    }

    private static void assertAssigned(AmqpPeer peer, String id, byte[] pollBody, int firstDelivery)
            throws IOException {
        peer.send(AmqpPeer.transfer(
                1,
                firstDelivery,
                AmqpPeer.register(),
                AmqpPeer.data(AmqpProvisioning.bytes("{\"registrationId\":\"" + id + "\"}"))));
        JsonNode accepted = AmqpProvisioning.answer(peer).json();
        assertThat(accepted.at("/status").asString()).isEqualTo("assigning");
        peer.send(AmqpPeer.transfer(
                1, firstDelivery + 1, AmqpPeer.poll(accepted.at("/operationId").asString()), pollBody));
        JsonNode result = AmqpProvisioning.answer(peer).json();
        assertThat(result.at("/status").asString()).isEqualTo("assigned");
        assertThat(result.at("/registrationState/registrationId").asString()).isEqualTo(id);
        assertThat(result.at("/registrationState/assignedHub").asString()).isEqualTo(TestServer.HOST);
        assertThat(result.at("/registrationState/substatus").asString()).isEqualTo("initialAssignment");
    }

    private static @Nullable Object correlation(Frame answer) throws IOException {
        return ((List<?>) Objects.requireNonNull(answer.sections().get(0x73L))).get(5);
    }
}
