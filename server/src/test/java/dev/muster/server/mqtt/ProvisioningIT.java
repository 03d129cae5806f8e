package dev.muster.server.mqtt;

import static dev.muster.server.mqtt.Packets.CONNECTED;
import static dev.muster.server.mqtt.Packets.PING;
import static dev.muster.server.mqtt.Packets.PONG;
import static dev.muster.server.mqtt.Packets.acknowledged;
import static dev.muster.server.mqtt.Packets.bytes;
import static dev.muster.server.mqtt.Packets.connect;
import static dev.muster.server.mqtt.Packets.id;
import static dev.muster.server.mqtt.Packets.packet;
import static dev.muster.server.mqtt.Packets.publish;
import static dev.muster.server.mqtt.Packets.refused;
import static dev.muster.server.mqtt.Packets.string;
import static dev.muster.server.mqtt.Packets.subscribe;
import static dev.muster.server.mqtt.Packets.subscribed;
import static dev.muster.server.mqtt.Packets.unsubscribe;
import static dev.muster.server.mqtt.Packets.unsubscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.server.config.Config;
import dev.muster.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The provisioning service over MQTT, packet by packet, as Azure's page and the SDKs' parsers have it. */
class ProvisioningIT {
    private static final String USER_NAME = Service.ID_SCOPE + "/registrations/dev1/api-version=2019-03-31";
    private static final String ANSWERS = "$dps/registrations/res/#";
    private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=";
    private static final String RESULT = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=";
    private static final Identity DEVICE = Identity.named("dev1");
    private static final Service SERVICE = new Service();
    private static MqttFrontEnd frontEnd;

    @BeforeAll
    static void start() {
        SERVICE.enroll("dev1", DEVICE);
        SERVICE.enroll("dev2", DEVICE);
        frontEnd = MqttFrontEnd.start(new Config.Listen("127.0.0.1", 0, 0, 0), PlainTls.create(), SERVICE.services());
    }

    @AfterAll
    static void stop() {
        frontEnd.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void device_registersAndReadsItsHub(String protocol) throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE), protocol)) {
            client.send(connect("dev1", USER_NAME));
            client.expect(CONNECTED);
            client.send(subscribe(1, 1, ANSWERS));
            client.expect(subscribed(1, 1));
            client.send(publish(7, REGISTER + "a-1", "{\"registrationId\":\"dev1\"}"));
            client.expect(acknowledged(7));
            RawClient.Published accepted = client.expectPublish();
            assertThat(accepted.topic()).isEqualTo("$dps/registrations/res/202/?$rid=a-1&retry-after=3");
            assertThat(accepted.qualityOfService()).isEqualTo(1);
            Map<String, Object> operation = json(accepted);
            assertThat(operation).containsEntry("status", "assigning").containsOnlyKeys("operationId", "status");

            client.send(acknowledged(accepted.packetId()));
            client.send(publish(8, RESULT + "a-2&operationId=" + operation.get("operationId"), " "));
            client.expect(acknowledged(8));
            RawClient.Published assigned = client.expectPublish();
            assertThat(assigned.topic()).isEqualTo("$dps/registrations/res/200/?$rid=a-2");
            assertThat(json(assigned)).containsEntry("status", "assigned");
            assertThat((Map<?, ?>) json(assigned).get("registrationState"))
                    .extracting("assignedHub", "deviceId", "substatus")
                    .containsExactly(Service.HUB, "dev1", "initialAssignment");
        }
    }

    @Test
    void requestId_isRepeatedToTheLetter() throws IOException {
        try (RawClient client = subscribedClient(0)) {
            client.send(publish(REGISTER + "%41 b", ""));
            assertThat(client.expectPublish().topic())
                    .isEqualTo("$dps/registrations/res/202/?$rid=%41 b&retry-after=3");
        }
    }

    @Test
    void publishWithoutAcknowledgement_isAnsweredAsSubscribed() throws IOException {
        try (RawClient client = subscribedClient(0)) {
            client.send(publish(REGISTER + "1", ""));
            assertThat(client.expectPublish().qualityOfService()).isEqualTo(0);
        }
    }

    @Test
    void emptyAcknowledgement_isTolerated() throws IOException {
        try (RawClient client = subscribedClient(1)) {
            client.send(acknowledged(0), PING);
            client.expect(PONG);
        }
    }

    @Test
    void javaClient_isAnsweredLate() throws IOException {
        try (RawClient client = connected(USER_NAME + "&ClientVersion=2019-03-31")) {
            client.send(subscribe(1, 1, ANSWERS));
            client.expect(subscribed(1, 1));
            long asked = System.nanoTime();
            client.send(publish(REGISTER + "1", ""));
            client.expectPublish();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void otherIdInTheBody_isRefused() throws IOException {
        assertThat(refusal(USER_NAME, "{\"registrationId\":\"dev2\"}", "400")).containsEntry("errorCode", 400004);
    }

    @Test
    void otherCaseInTheBody_isAccepted() throws IOException {
        try (RawClient client = subscribedClient(1)) {
            client.send(publish(REGISTER + "1", "{\"payload\":null,\"registrationId\":\"DEV1\"}"));
            assertThat(client.expectPublish().topic()).startsWith("$dps/registrations/res/202/");
        }
    }

    @Test
    void bodyThatIsNoJson_isRefused() throws IOException {
        assertThat(refusal(USER_NAME, "{", "400")).containsEntry("errorCode", 400004);
    }

    @Test
    void unknownIdScope_isRefusedWhenTheDeviceRegisters() throws IOException {
        assertThat(refusal("0neFFFFFFFF/registrations/dev1/api-version=2019-03-31", "", "401"))
                .containsEntry("errorCode", 401002)
                .containsOnlyKeys("errorCode", "trackingId", "message", "timestampUtc");
    }

    @Test
    void wrongCertificate_isRefusedWhenTheDeviceRegisters() throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(connect("dev2", Service.ID_SCOPE + "/registrations/dev2/api-version=2019-03-31"));
            client.expect(CONNECTED);
            client.send(subscribe(1, 1, ANSWERS), publish(REGISTER + "1", ""));
            client.expect(subscribed(1, 1));
            assertThat(client.expectPublish().topic()).isEqualTo("$dps/registrations/res/401/?$rid=1");
        }
    }

    @Test
    void noCertificate_isRefusedWhenTheDeviceRegisters() throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.empty())) {
            client.send(connect("dev1", USER_NAME), subscribe(1, 1, ANSWERS), publish(REGISTER + "1", ""));
            client.expect(CONNECTED);
            client.expect(subscribed(1, 1));
            assertThat(client.expectPublish().topic()).isEqualTo("$dps/registrations/res/401/?$rid=1");
        }
    }

    @Test
    void unknownOperation_isNotFound() throws IOException {
        try (RawClient client = subscribedClient(1)) {
            client.send(publish(RESULT + "9&operationId=5.0.0", ""));
            RawClient.Published answer = client.expectPublish();
            assertThat(answer.topic()).isEqualTo("$dps/registrations/res/404/?$rid=9");
            assertThat(json(answer)).containsEntry("errorCode", 404202);
        }
    }

    @Test
    void pipelinedRequests_areAnsweredInTheirOrder() throws IOException {
        try (RawClient client = subscribedClient(1)) {
            client.send(
                    publish(1, REGISTER + "1", ""), publish(2, RESULT + "2", ""), publish(3, REGISTER + "3", ""), PING);
            for (int i = 1; i <= 3; i++) {
                client.expect(acknowledged(i));
                assertThat(client.expectPublish().topic()).contains("$rid=" + i);
            }
            client.expect(PONG);
        }
    }

    @Test
    void clientThatDidNotSubscribe_isAcknowledgedOnly() throws IOException {
        try (RawClient client = connected(USER_NAME)) {
            client.send(publish(1, REGISTER + "1", ""), PING);
            client.expect(acknowledged(1));
            client.expect(PONG);
        }
    }

    @Test
    void clientThatUnsubscribed_isAcknowledgedOnly() throws IOException {
        try (RawClient client = subscribedClient(1)) {
            client.send(unsubscribe(2, ANSWERS), publish(3, REGISTER + "1", ""), PING);
            client.expect(unsubscribed(2));
            client.expect(acknowledged(3));
            client.expect(PONG);
        }
    }

    @Test
    void filters_areGrantedOneByOne() throws IOException {
        try (RawClient client = connected(USER_NAME)) {
            client.send(subscribe(5, 2, "#", ANSWERS, "$dps/registrations/res/+"));
            client.expect(subscribed(5, 0x80, 1, 0x80));
        }
    }

    @Test
    void persistentSession_isNeverPresent() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
                client.send(connect("MQTT", 4, 0x80, 0, string("dev1"), string(USER_NAME)));
                client.expect(CONNECTED);
            }
        }
    }

    @Test
    void emptyPasswordAndWill_areIgnored() throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(connect(
                    "MQTT",
                    4,
                    0xC6,
                    60,
                    string("DEV1"),
                    string("will/topic"),
                    string("w"),
                    string(USER_NAME),
                    string("")));
            client.expect(CONNECTED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                Service.ID_SCOPE + "/registrations/dev1",
                Service.ID_SCOPE + "/registrations/dev1/",
                Service.ID_SCOPE + "/registrations//api-version=2019-03-31",
                Service.ID_SCOPE + "/registrations/dev1/api-version="
            })
    void userNameOfNoKnownForm_isRefused(String userName) throws IOException {
        expectRefused(connect("dev1", userName), 4);
    }

    @Test
    void absentUserName_isRefused() throws IOException {
        expectRefused(connect("MQTT", 4, 0x02, 60, string("dev1")), 4);
    }

    @Test
    void otherClientId_isRefused() throws IOException {
        expectRefused(connect("dev2", USER_NAME), 2);

        assertThat(SERVICE.attempts.of("dev1", 1))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.explanation())
                        .hasValueSatisfying(explanation ->
                                assertThat(explanation.rule()).isEqualTo("its CONNECT has the client id 'dev2'")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$dps/registrations/PUT/iotdps-register/?rid=1",
                "$dps/registrations/PUT/iotdps-register/",
                "$dps/registrations/res/200/?$rid=1",
                "devices/dev1/messages/events/",
                "$dps/registrations/PUT/iotdps-register/?$rid=+",
                "$dps/registrations/PUT/iotdps-register/?$rid=#",
                ""
            })
    void unknownTopic_closesTheConnection(String topic) throws IOException {
        expectClosedAfter(publish(topic, ""));
    }

    @Test
    void longTopic_closesTheConnection() throws IOException {
        expectClosedAfter(publish(REGISTER + "x".repeat(60_000), ""));
    }

    @Test
    void largeBody_closesTheConnection() throws IOException {
        expectClosedAfter(publish(REGISTER + "1", " ".repeat(96 * 1024 + 1)));
    }

    @Test
    void brokenPackets_closeTheConnection() throws IOException {
        expectClosedAfter(packet(0x34, string(REGISTER + "1"), id(1))); // quality of service 2
        expectClosedAfter(packet(0x36, string(REGISTER + "1"), id(1))); // and 3
        expectClosedAfter(packet(0x32, string(REGISTER + "1"), id(0)));
        expectClosedAfter(packet(0x30, bytes(0, 9, 'a')));
        expectClosedAfter(packet(0x30, bytes(0, 2, 0xC3, 0x28)));
        expectClosedAfter(packet(0x30, bytes(0, 2, 'a', 0)));
        expectClosedAfter(packet(0x82, id(1)));
        expectClosedAfter(packet(0x80, id(1), string(ANSWERS), bytes(1)));
        expectClosedAfter(packet(0x82, id(1), string(ANSWERS), bytes(3)));
        expectClosedAfter(packet(0xA2, id(1)));
        expectClosedAfter(packet(0xC0, bytes(1)));
        expectClosedAfter(packet(0x00));
        expectClosedAfter(packet(0xF0));
        expectClosedAfter(packet(0x20, bytes(0, 0)));
        expectClosedAfter(packet(0x62, id(1)));
        expectClosedAfter(bytes(0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F));
        expectClosedAfter(bytes(0x30, 0xFF, 0xFF, 0xFF, 0x7F));
        expectClosedAfter(connect("dev1", USER_NAME));
    }

    @Test
    void disconnect_closesTheConnection() throws IOException {
        expectClosedAfter(Packets.DISCONNECT);
    }

    @Test
    void clientSilentForLongerThanItsKeepAlive_isClosed() throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(connect("MQTT", 4, 0x82, 1, string("dev1"), string(USER_NAME)));
            client.expect(CONNECTED);
            client.expectClosed();
        }
    }

    @Test
    void packetInManyPieces_isOnePacket() throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            for (byte one : Packets.joined(connect("dev1", USER_NAME), subscribe(1, 1, ANSWERS), PING)) {
                client.send(new byte[] {one});
            }
            client.expect(CONNECTED);
            client.expect(subscribed(1, 1));
            client.expect(PONG);
        }
    }

    private static Map<String, Object> refusal(String userName, String body, String status) throws IOException {
        try (RawClient client = connected(userName)) {
            client.send(subscribe(1, 1, ANSWERS), publish(REGISTER + "1", body));
            client.expect(subscribed(1, 1));
            RawClient.Published answer = client.expectPublish();
            assertThat(answer.topic()).isEqualTo("$dps/registrations/res/" + status + "/?$rid=1");
            return json(answer);
        }
    }

    private static void expectRefused(byte[] connect, int code) throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(connect);
            client.expect(refused(code));
            client.expectClosed();
        }
    }

    private static void expectClosedAfter(byte[] packet) throws IOException {
        try (RawClient client = connected(USER_NAME)) {
            client.send(packet);
            client.expectClosed();
        }
    }

    private static RawClient connected(String userName) throws IOException {
        RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE));
        client.send(connect("dev1", userName));
        client.expect(CONNECTED);
        return client;
    }

    private static RawClient subscribedClient(int qualityOfService) throws IOException {
        RawClient client = connected(USER_NAME);
        client.send(subscribe(1, qualityOfService, ANSWERS));
        client.expect(subscribed(1, qualityOfService));
        return client;
    }

    private static Map<String, Object> json(RawClient.Published published) {
        return Json.parseObject(published.payload().getBytes(StandardCharsets.UTF_8));
    }
}
