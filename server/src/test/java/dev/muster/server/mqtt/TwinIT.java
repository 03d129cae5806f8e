package dev.muster.server.mqtt;

import static dev.muster.server.mqtt.Packets.CONNECTED;
import static dev.muster.server.mqtt.Packets.PING;
import static dev.muster.server.mqtt.Packets.PONG;
import static dev.muster.server.mqtt.Packets.acknowledged;
import static dev.muster.server.mqtt.Packets.connect;
import static dev.muster.server.mqtt.Packets.publish;
import static dev.muster.server.mqtt.Packets.subscribe;
import static dev.muster.server.mqtt.Packets.subscribed;
import static dev.muster.server.mqtt.Packets.unsubscribe;
import static dev.muster.server.mqtt.Packets.unsubscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Precondition;
import dev.muster.hub.DeviceTwins;
import dev.muster.server.config.Config;
import dev.muster.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device's twin over MQTT, packet by packet. */
class TwinIT {
    private static final String ANSWERS = "$iothub/twin/res/#";
    private static final String DESIRED_CHANGES = "$iothub/twin/PATCH/properties/desired/#";
    private static final String REPORT = "$iothub/twin/PATCH/properties/reported/?$rid=";
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
        frontEnd.close();
    }

    @Test
    void twin_isRead() throws IOException {
        desire(Map.of("interval", 5));
        try (RawClient client = connected(ANSWERS)) {
            // Node and Python send a space.
            client.send(publish(2, "$iothub/twin/GET/?$rid=1f", " "));
            client.expect(acknowledged(2));
            RawClient.Published answer = client.expectPublish();
            assertThat(answer.topic()).isEqualTo("$iothub/twin/res/200/?$rid=1f");
            assertThat(answer.qualityOfService()).isEqualTo(0);
            assertThat(answer.payload())
                    .isEqualTo("{\"desired\":{\"interval\":5,\"$version\":2},\"reported\":{\"$version\":1}}");
        }
    }

    @Test
    void report_isMergedAndAnsweredWithItsVersion() throws IOException {
        try (RawClient client = connected(ANSWERS)) {
            client.send(publish(REPORT + "1", "{\"led\":\"on\",\"fan\":{\"speed\":1,\"mode\":\"slow\"}}"));
            RawClient.Published answer = client.expectPublish();
            assertThat(answer.topic()).isEqualTo("$iothub/twin/res/204/?$rid=1&$version=2");
            assertThat(answer.payload()).isEmpty();

            // Java names the version that it has seen.
            client.send(publish(REPORT + "2&$version=2", "{\"led\":null,\"fan\":{\"speed\":2}}"));
            assertThat(client.expectPublish().topic()).isEqualTo("$iothub/twin/res/204/?$rid=2&$version=3");
        }
        assertThat(service.devices.twins().get("dev1").reported().values())
                .isEqualTo(Map.of("fan", Map.of("speed", 2, "mode", "slow")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "&$version=7 | {\"a\":1} | 412 | 412001",
                "&$version=x | {\"a\":1} | 400 | 400004",
                "'' | [1] | 400 | 400004",
                "'' | {\"a.b\":1} | 400 | 400004",
                "'' | nonsense | 400 | 400004"
            })
    void reportThatIsRefused_isAnsweredWithAnError(String version, String body, int status, int code)
            throws IOException {
        try (RawClient client = connected(ANSWERS)) {
            client.send(publish(REPORT + "9" + version, body));
            RawClient.Published answer = client.expectPublish();
            assertThat(answer.topic()).isEqualTo("$iothub/twin/res/" + status + "/?$rid=9");
            assertThat(Json.parseObject(answer.payload().getBytes(StandardCharsets.UTF_8)))
                    .containsEntry("errorCode", code)
                    .containsKeys("message", "trackingId", "timestampUtc");
            client.send(PING);
            client.expect(PONG);
        }
        assertThat(service.devices.twins().get("dev1").reported().values()).isEmpty();
    }

    @Test
    void report_withoutSubscription_isTakenAndNotAnswered() throws IOException {
        try (RawClient client = connected(DESIRED_CHANGES)) {
            client.send(publish(4, REPORT + "1", "{\"a\":1}"));
            client.expect(acknowledged(4));
            client.send(PING);
            client.expect(PONG);
        }
        assertThat(service.devices.twins().get("dev1").reported().values()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void desiredChange_reachesADeviceForAsLongAsItIsSubscribed() throws IOException {
        try (RawClient client = connected(DESIRED_CHANGES)) {
            desire(Map.of("interval", 5));
            RawClient.Published change = client.expectPublish();
            assertThat(change.topic()).isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=2");
            assertThat(change.payload()).isEqualTo("{\"interval\":5,\"$version\":2}");

            client.send(unsubscribe(8, DESIRED_CHANGES));
            client.expect(unsubscribed(8));
            desire(Map.of("interval", 6));
            client.send(PING);
            client.expect(PONG);
        }
    }

    private void desire(Map<String, Object> desired) {
        service.devices
                .twins()
                .patch(
                        "dev1",
                        new DeviceTwins.Change(Optional.empty(), Optional.of(desired)),
                        new Precondition.Always());
    }

    private RawClient connected(String filter) throws IOException {
        RawClient client = new RawClient(frontEnd.port(), Optional.of(DEVICE));
        client.send(connect("dev1", Service.HUB + "/dev1/?api-version=2021-04-12"));
        client.expect(CONNECTED);
        client.send(subscribe(1, 0, filter));
        client.expect(subscribed(1, 0));
        return client;
    }
}
