package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpType.Described;
import dev.muster.conformance.peer.AmqpType.Signed;
import dev.muster.conformance.peer.AmqpType.Symbol;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.registration.Throttle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a device sees that asks more often than it may, and for which waiting would take too long (reference 3.4, 3.5,
 * 7.5 and 10.4).
 */
class ThrottleIT {
    private static final String VERSION = "?api-version=2019-03-31";
    private static TestServer server;
    private static Device device;

    /** The one registration that may come in a minute, and its one poll, are made here. */
    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(new Throttle.Limits(Optional.of(1), Optional.of(1)));
        device = new MqttProvisioning(server).enrolled("eager-device");
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer accepted = register(peer);
            assertThat(accepted.status()).isEqualTo(202);
            String poll = registration() + "/operations/"
                    + accepted.json().at("/operationId").asString() + VERSION;
            assertThat(peer.request("GET", poll, "", "").status()).isEqualTo(200);

            assertThrottled(peer.request("GET", poll, "", ""));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void registrationOverHttps_is429WithRetryAfter() throws Exception {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            assertThrottled(register(peer));
            assertThrottled(peer.request("POST", registration() + VERSION, "", body()));
        }
    }

    @Test
    void registrationOverMqtt_is429WithRetryAfterInTheTopic() throws Exception {
        try (MqttPeer peer = new MqttProvisioning(server).open(device)) {
            peer.send(MqttPeer.publish(1, 7, MqttPeer.REGISTER + "7", body()));
            peer.expect(MqttPeer.PUBACK);
            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(answer.topic()).isEqualTo("$dps/registrations/res/429/?$rid=7&retry-after=2");
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(429001);
        }
    }

    @Test
    void registrationOverAmqp_isRejectedWithRetryAfterInBothSpellings() throws Exception {
        String address = server.idScope() + "/registrations/" + device.registrationId();
        try (AmqpPeer peer = AmqpPeer.connect(server, device)) {
            peer.send(
                    AmqpPeer.amqpHeader(),
                    AmqpPeer.open(null),
                    AmqpPeer.begin(0),
                    AmqpPeer.attachReceiver(0, address),
                    AmqpPeer.attachSender(1, address, null));
            peer.expectHeader(AmqpPeer.amqpHeader());
            peer.send(
                    AmqpPeer.credit(0, 10),
                    AmqpPeer.transfer(
                            1, 0, AmqpPeer.register(), AmqpPeer.data(body().getBytes(StandardCharsets.UTF_8))));
            Described state = peer.expect(
                            AmqpPeer.DISPOSITION, AmqpPeer.OPEN, AmqpPeer.BEGIN, AmqpPeer.ATTACH, AmqpPeer.FLOW)
                    .described(4);
            assertThat(state.code()).isEqualTo(AmqpPeer.REJECTED);
            Described error = (Described) Objects.requireNonNull(state.field(0));

            assertThat(error.field(0)).isEqualTo(new Symbol("com.microsoft:device-container-throttled"));
            assertThat(new JsonMapper()
                            .readTree((String) error.field(1))
                            .at("/errorCode")
                            .asInt())
                    .isEqualTo(429001);
            assertThat(error.field(2))
                    .isEqualTo(
                            Map.of(new Symbol("retry-after"), new Signed(2), new Symbol("Retry-After"), new Signed(2)));
        }
    }

    /** Only what was let in is written down, or refusing would cost as much as registering. */
    @Test
    void throttledAttempt_leavesNoRecord() throws Exception {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            assertThrottled(register(peer));
        }

        assertThat(server.controlPlane().attempts(device.registrationId()))
                .extracting(attempt -> attempt.at("/succeeded").asBoolean())
                .containsExactly(true);
    }

    private static void assertThrottled(Answer answer) {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("retry-after")).isEqualTo("2");
        JsonNode error = answer.json();
        assertThat(error.at("/errorCode").asInt()).isEqualTo(429001);
        assertThat(answer.header("x-ms-request-id"))
                .isEqualTo(error.at("/trackingId").asString());
    }

    private static Answer register(HttpPeer peer) throws IOException {
        return peer.request("PUT", registration() + "/register" + VERSION, "Content-Type: application/json", body());
    }

    private static String registration() {
        return "/" + server.idScope() + "/registrations/" + device.registrationId();
    }

    private static String body() {
        return "{\"registrationId\":\"" + device.registrationId() + "\"}";
    }
}
