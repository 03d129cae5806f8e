package dev.muster.server.mqtt;

import static dev.muster.server.mqtt.Packets.CONNECTED;
import static dev.muster.server.mqtt.Packets.DISCONNECT;
import static dev.muster.server.mqtt.Packets.PING;
import static dev.muster.server.mqtt.Packets.PONG;
import static dev.muster.server.mqtt.Packets.acknowledged;
import static dev.muster.server.mqtt.Packets.connect;
import static dev.muster.server.mqtt.Packets.id;
import static dev.muster.server.mqtt.Packets.joined;
import static dev.muster.server.mqtt.Packets.packet;
import static dev.muster.server.mqtt.Packets.publish;
import static dev.muster.server.mqtt.Packets.refused;
import static dev.muster.server.mqtt.Packets.string;
import static dev.muster.server.mqtt.Packets.subscribe;
import static dev.muster.server.mqtt.Packets.subscribed;
import static dev.muster.server.mqtt.Packets.unsubscribe;
import static dev.muster.server.mqtt.Packets.unsubscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Precondition;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.Devices;
import dev.muster.hub.Event;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub over MQTT, packet by packet, as Azure's page and the SDKs' parsers have it. */
class HubIT {
    private static final String USER_NAME = Service.HUB + "/dev1/?api-version=2021-04-12&DeviceClientType=test";
    private static final String EVENTS = "devices/dev1/messages/events/";
    private static final Identity DEVICE = Identity.named("dev1");
    private static PlainTls tls;
    private Service service;
    private MqttFrontEnd frontEnd;

    @BeforeAll
    static void makeCertificate() {
        tls = PlainTls.create();
    }

    @BeforeEach
    void start() {
        service = new Service();
        service.create("dev1", DEVICE);
        frontEnd = MqttFrontEnd.start(new Config.Listen("127.0.0.1", 0, 0, 0), tls, service.services());
    }

    @AfterEach
    void stop() {
        service.events.beforeWrite = () -> {};
        frontEnd.close();
    }

    @Test
    void device_sendsTelemetry() throws IOException {
        try (RawClient client = connected()) {
            client.send(publish(
                    3,
                    EVENTS + "$.mid=mid%201&%24.cid=c1&$.cdid=dev2&$.ce=utf-8&$.ct=application%2Fjson&a%20b=c%2Fd",
                    "{\"t\":1}"));
            client.expect(acknowledged(3));
        }
        Event.Message message = service.events.messages.getFirst();
        assertThat(message.deviceId()).isEqualTo("dev1");
        assertThat(message.hub()).isEqualTo(Service.HUB);
        assertThat(message.generationId())
                .isEqualTo(service.devices.find("dev1").orElseThrow().generationId());
        assertThat(message.systemProperties())
                .containsOnly(
                        Map.entry("message-id", "mid 1"),
                        Map.entry("correlation-id", "c1"),
                        Map.entry("content-encoding", "utf-8"),
                        Map.entry("content-type", "application/json"));
        assertThat(message.properties()).containsOnly(Map.entry("a b", "c/d"));
        assertThat(Packets.text(message.body())).isEqualTo("{\"t\":1}");
    }

    @Test
    void pipelinedTelemetry_isStoredAndAcknowledgedInItsOrder() throws IOException {
        int count = 1000;
        try (RawClient client = connected()) {
            for (int i = 1; i <= count; i++) {
                client.send(publish(i, EVENTS, "" + i));
            }
            for (int i = 1; i <= count; i++) {
                client.expect(acknowledged(i));
            }
        }
        assertThat(service.events.messages).hasSize(count);
        for (int i = 1; i <= count; i++) {
            assertThat(Packets.text(service.events.messages.get(i - 1).body())).isEqualTo("" + i);
        }
    }

    @Test
    void telemetry_isNotAcknowledgedBeforeItIsStored() throws IOException, InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayWrite = new CountDownLatch(1);
        service.events.beforeWrite = () -> {
            writing.countDown();
            await(mayWrite);
        };
        service.create("dev2", DEVICE);
        try (RawClient client = connected();
                RawClient other = connectedAs("dev2")) {
            client.send(publish(1, EVENTS, "x"), PING);
            writing.await();
            // The front end goes on for everybody else.
            other.send(PING);
            other.expect(PONG);
            mayWrite.countDown();
            client.expect(acknowledged(1));
            client.expect(PONG);
        }
    }

    @Test
    void telemetryThatCannotBeStored_closesTheConnection() throws IOException {
        service.events.beforeWrite = () -> {
            throw new IllegalStateException("the disk is full");
        };
        try (RawClient client = connected()) {
            client.send(publish(1, EVENTS, "x"));
            client.expectClosed();
        }
    }

    @Test
    void telemetryBeforeDisconnect_isStored() throws IOException {
        try (RawClient client = connected()) {
            client.send(publish(EVENTS, "x"), publish(1, EVENTS, "y"), DISCONNECT);
            client.expect(acknowledged(1));
            client.expectClosed();
        }
        assertThat(service.events.messages).hasSize(2);
    }

    @Test
    void retainedTelemetry_isMarked() throws IOException {
        try (RawClient client = connected()) {
            client.send(packet(0x33, string(EVENTS + "a=1/"), id(1)));
            client.expect(acknowledged(1));
        }
        assertThat(service.events.messages.getFirst().properties())
                .containsOnly(Map.entry("a", "1"), Map.entry("mqtt-retain", "true"));
    }

    @Test
    void largestMessage_isStored() throws IOException {
        try (RawClient client = connected()) {
            client.send(publish(1, EVENTS, "x".repeat(Devices.MAX_MESSAGE_BYTES)));
            client.expect(acknowledged(1));
        }
        assertThat(service.events.messages).hasSize(1);
    }

    @Test
    void largerMessage_closesTheConnectionAfterWhatCameBefore() throws IOException {
        try (RawClient client = connected()) {
            client.send(publish(1, EVENTS, "x"), publish(2, EVENTS + "a=1", "x".repeat(Devices.MAX_MESSAGE_BYTES)));
            client.expect(acknowledged(1));
            client.expectClosed();
        }
        assertThat(service.events.messages).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/dev2/messages/events/",
                "devices/dev1/messages/eventsx",
                "devices/dev1/messages/devicebound/",
                "devices/dev1",
                "$iothub/twin/GET/",
                "$iothub/twin/DELETE/?$rid=1",
                "$iothub/methods/res/200/?$rid=1",
                "$dps/registrations/PUT/iotdps-register/?$rid=1"
            })
    void otherTopic_closesTheConnection(String topic) throws IOException {
        try (RawClient client = connected()) {
            client.send(publish(1, topic, ""));
            client.expectClosed();
        }
        assertThat(service.events.messages).isEmpty();
    }

    @Test
    void filtersOfTheSdks_areGranted() throws IOException {
        try (RawClient client = connected()) {
            client.send(subscribe(
                    9,
                    2,
                    "devices/dev1/messages/devicebound/#",
                    "$iothub/twin/res/#",
                    "$iothub/twin/PATCH/properties/desired/#",
                    "$iothub/methods/POST/#",
                    "devices/dev2/messages/devicebound/#",
                    "#"));
            client.expect(subscribed(9, 1, 1, 1, 1, 0x80, 0x80));
            client.send(unsubscribe(10, "$iothub/methods/POST/#"));
            client.expect(unsubscribed(10));
        }
    }

    @Test
    void newConnection_endsTheOldOne() throws IOException {
        try (RawClient first = connected();
                RawClient second = connected()) {
            first.expectClosed();
            second.send(PING);
            second.expect(PONG);
            assertThat(service.devices.isConnected("dev1")).isTrue();
        }
    }

    @Test
    void disabledDevice_isCutAndRefused() throws IOException {
        try (RawClient client = connected()) {
            DeviceIdentity device = service.devices.find("dev1").orElseThrow();
            service.devices.put(
                    new Devices.Definition("dev1", false, "lost", device.authentication(), false),
                    new Precondition.Always());
            client.expectClosed();
        }
        expectRefused(connect("dev1", USER_NAME), 5);
    }

    @Test
    void deviceThatDisconnects_isNoLongerConnected() throws IOException, InterruptedException {
        try (RawClient client = connected()) {
            assertThat(service.devices.isConnected("dev1")).isTrue();
            client.send(DISCONNECT);
            client.expectClosed();
        }
        frontEnd.close();
        assertThat(service.devices.isConnected("dev1")).isFalse();
    }

    @Test
    void deviceWithKey_connectsByToken() throws IOException {
        service.create("dev2", new DeviceIdentity.Authentication.Sas(Token.KEY, Token.KEY));
        try (RawClient client = new RawClient(frontEnd.port(), Optional.empty())) {
            client.send(withPassword(Token.of("dev2")));
            client.expect(CONNECTED);
        }
        expectRefused(withPassword(Token.of("dev1")), 5);
        expectRefused(withPassword("SharedAccessSignature sr=x"), 5);
    }

    @Test
    void deviceThatIsNotWhoItSays_isRefused() throws IOException {
        service.create("dev2", Identity.named("dev2"));
        expectRefused(connect("dev2", Service.HUB + "/dev2/?api-version=2021-04-12"), 5);
        expectRefused(connect("dev3", Service.HUB + "/dev3/?api-version=2021-04-12"), 5);
        expectRefused(connect("dev2", USER_NAME), 2);
        expectRefused(connect("dev1/m", Service.HUB + "/dev1/m/?api-version=2021-04-12"), 5);
        expectRefused(connect("dev1", Service.HUB + "/dev1/"), 4);
        expectRefused(connect("DEV1", USER_NAME), 2);
    }

    @Test
    void userNameInOtherForms_isAccepted() throws IOException {
        for (String userName : List.of(
                Service.HUB + "/dev1/api-version=2016-11-14",
                "HUB.example:8883/dev1/?model-id=dtmi:x:y;1&DeviceClientType=a/b&api-version=2020-09-30")) {
            try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
                client.send(connect("dev1", userName));
                client.expect(CONNECTED);
            }
        }
    }

    @Test
    void willOfDeviceThatVanishes_isTelemetry() throws IOException {
        CountDownLatch written = new CountDownLatch(1);
        service.events.beforeWrite = written::countDown;
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(withWill(EVENTS + "a=1"));
            client.expect(CONNECTED);
            client.drop();
        }
        await(written);
        frontEnd.close();
        Event.Message message = service.events.messages.getFirst();
        assertThat(message.properties()).containsOnly(Map.entry("a", "1"), Map.entry("iothub-MessageType", "Will"));
        assertThat(Packets.text(message.body())).isEqualTo("bye");
    }

    @Test
    void willOfDeviceThatSaysGoodBye_isNoTelemetry() throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(withWill(EVENTS));
            client.expect(CONNECTED);
            client.send(DISCONNECT);
            client.expectClosed();
        }
        frontEnd.close();
        assertThat(service.events.messages).isEmpty();
    }

    @Test
    void willForAnotherTopic_isRefused() throws IOException {
        expectRefused(withWill("devices/dev2/messages/events/"), 5);
    }

    @Test
    void clientThatReadsNothing_isNotReadFrom() throws IOException, InterruptedException {
        CountDownLatch mayWrite = new CountDownLatch(1);
        service.events.beforeWrite = () -> await(mayWrite);
        byte[] large = publish(EVENTS, "x".repeat(100_000));
        try (RawClient client = connected()) {
            Thread sender = Thread.ofVirtual().start(() -> sendMany(client, large, 500));
            sender.join(java.time.Duration.ofMillis(1500));
            // 50 MB fit into no buffer on the way.
            assertThat(sender.isAlive()).isTrue();
            mayWrite.countDown();
            sender.join();
            client.send(PING);
            client.expect(PONG);
        }
        assertThat(service.events.messages).hasSize(500);
    }

    private static void sendMany(RawClient client, byte[] packet, int count) {
        try {
            for (int i = 0; i < count; i++) {
                client.send(packet);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] withWill(String topic) {
        return connect("MQTT", 4, 0x86, 60, string("dev1"), string(topic), string("bye"), string(USER_NAME));
    }

    private static byte[] withPassword(String password) {
        String userName = Service.HUB + "/dev2/?api-version=2021-04-12";
        return connect("MQTT", 4, 0xC0, 60, string("dev2"), string(userName), string(password));
    }

    private void expectRefused(byte[] connect, int code) throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE))) {
            client.send(joined(connect, PING));
            client.expect(refused(code));
            client.expectClosed();
        }
    }

    private RawClient connected() throws IOException {
        return connectedAs("dev1");
    }

    private RawClient connectedAs(String deviceId) throws IOException {
        RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE));
        client.send(connect(deviceId, Service.HUB + "/" + deviceId + "/?api-version=2021-04-12"));
        client.expect(CONNECTED);
        return client;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
