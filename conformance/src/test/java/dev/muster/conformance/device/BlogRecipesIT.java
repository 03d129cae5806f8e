package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.Program.Result;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What people do without an SDK, as Azure's pages and others' blogs tell them, but for the host name.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-https-x509-support">DPS: HTTPS with X.509</a>
 */
class BlogRecipesIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Register, then ask for the operation, with the header that is no content coding (reference 3.3; seen 9). */
    @Test
    void curl_registersAndAsks() throws Exception {
        Device device = enrolled("curl-device");
        Path directory = server.directory("curl");
        device.writeTo(directory);
        String registration = "https://" + TestServer.HOST + "/" + server.idScope() + "/registrations/curl-device";

        JsonNode accepted = curl(
                directory,
                "202",
                "PUT",
                registration + "/register?api-version=2019-03-31",
                "-d",
                "{\"registrationId\": \"curl-device\"}");
        JsonNode answer = curl(
                directory,
                "200",
                "GET",
                registration + "/operations/" + accepted.at("/operationId").asString() + "?api-version=2019-03-31");

        assertAssigned(answer, "curl-device");
    }

    /** Any MQTT 3.1.1 client with a user name and an empty password (Azure: MQTT support). */
    @Test
    void paho_registersWithAnEmptyPassword() throws Exception {
        Device device = enrolled("paho-device");
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setUserName(userName("paho-device"));
        options.setPassword(new char[0]);
        options.setSocketFactory(server.trust().context(device).getSocketFactory());

        JsonNode answer = register(
                "ssl://" + TestServer.HOST + ":" + TestServer.MQTT, "paho-device", options, "$dps/registrations/");

        assertAssigned(answer, "paho-device");
    }

    /** A mosquitto broker provisions itself by a bridge (seen 13), and its local clients speak through it. */
    @Test
    void mosquittoBridge_registers() throws Exception {
        Device device = enrolled("bridge-device");
        Path directory = server.directory("mosquitto");
        device.writeTo(directory);
        int port = freePort();
        Path configuration = directory.resolve("mosquitto.conf");
        Files.writeString(configuration, """
                user root
                listener %d 127.0.0.1
                allow_anonymous true
                connection dps
                address %s:%d
                bridge_protocol_version mqttv311
                bridge_cafile %s
                bridge_certfile cert.pem
                bridge_keyfile key.pem
                remote_clientid bridge-device
                remote_username %s
                cleansession true
                notifications false
                try_private false
                bridge_attempt_unsubscribe false
                topic res/# in 1 dps/ $dps/registrations/
                topic PUT/# out 1 dps/ $dps/registrations/
                topic GET/# out 1 dps/ $dps/registrations/
                """.formatted(
                port, TestServer.HOST, TestServer.MQTT, server.authorityCertificate(), userName("bridge-device")));
        Path log = directory.resolve("log.txt");
        Process mosquitto =
                Program.start(directory, Map.of(), List.of(mosquitto(), "-v", "-c", configuration.toString()), log);
        try {
            awaitText(log, "Received SUBACK");
            JsonNode answer = register("tcp://127.0.0.1:" + port, "local", new MqttConnectOptions(), "dps/");

            assertAssigned(answer, "bridge-device");
        } catch (MqttException | AssertionError e) {
            throw new AssertionError("mosquitto said: " + TestServer.read(log), e);
        } finally {
            mosquitto.destroy();
            mosquitto.waitFor();
        }
    }

    /** Telemetry by mosquitto_pub with the device's certificate, as Azure's MQTT samples send it. */
    @Test
    void mosquittoPub_sendsTelemetry() throws Exception {
        Device device = enrolled("pub-device");
        Path directory = server.directory("pub");
        device.writeTo(directory);
        curl(
                directory,
                "202",
                "PUT",
                "https://" + TestServer.HOST + "/" + server.idScope()
                        + "/registrations/pub-device/register?api-version=2019-03-31",
                "-d",
                "{\"registrationId\": \"pub-device\"}");

        Result result = Program.run(
                directory,
                Map.of(),
                List.of(
                        "mosquitto_pub",
                        "-d",
                        "-h",
                        TestServer.HOST,
                        "-p",
                        "8883",
                        "-q",
                        "1",
                        "-V",
                        "mqttv311",
                        "-i",
                        "pub-device",
                        "-u",
                        TestServer.HOST + "/pub-device/?api-version=2021-04-12",
                        "--cafile",
                        server.authorityCertificate().toString(),
                        "--cert",
                        "cert.pem",
                        "--key",
                        "key.pem",
                        "-t",
                        "devices/pub-device/messages/events/",
                        "-m",
                        "{\"humidity\": 40}"));

        assertThat(result.exitCode()).as(result.output()).isZero();
        List<JsonNode> events = server.controlPlane().events("pub-device");
        assertThat(events).hasSize(1);
        assertThat(ControlPlane.bodyOf(events.getFirst())).isEqualTo("{\"humidity\": 40}");
    }

    private static Device enrolled(String id) throws Exception {
        Device device = TestPki.selfSigned(id);
        new Enrolling(server).individual(device);
        return device;
    }

    private static String userName(String id) {
        return server.idScope() + "/registrations/" + id + "/api-version=2019-03-31";
    }

    private static JsonNode curl(Path directory, String status, String method, String url, String... more)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-L",
                "-i",
                "-sS",
                "-X",
                method,
                "--cacert",
                server.authorityCertificate().toString(),
                "--cert",
                "./cert.pem",
                "--key",
                "./key.pem",
                "-H",
                "Content-Type: application/json",
                "-H",
                "Content-Encoding:  utf-8"));
        command.addAll(List.of(more));
        command.add(url);
        Result result = Program.run(directory, Map.of(), command);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).startsWith("HTTP/").containsPattern("\\A\\S+ " + status);
        return JSON.readTree(result.output().substring(result.output().indexOf("\r\n\r\n")));
    }

    /** Registers and asks until the answer is final, over topics that begin with {@code prefix}. */
    private static JsonNode register(String broker, String clientId, MqttConnectOptions options, String prefix)
            throws MqttException, InterruptedException {
        BlockingQueue<Map.Entry<String, JsonNode>> answers = new LinkedBlockingQueue<>();
        MqttClient client = new MqttClient(broker, clientId, new MemoryPersistence());
        try {
            client.connect(options);
            client.subscribe(
                    prefix + "res/#",
                    1,
                    (topic, message) -> answers.add(Map.entry(topic, JSON.readTree(message.getPayload()))));
            Map.Entry<String, JsonNode> accepted = ask(client, answers, prefix + "PUT/iotdps-register/?$rid=1");
            assertThat(accepted.getKey()).startsWith(prefix + "res/202/?$rid=1");
            Map.Entry<String, JsonNode> answer = ask(
                    client,
                    answers,
                    prefix + "GET/iotdps-get-operationstatus/?$rid=2&operationId="
                            + accepted.getValue().at("/operationId").asString());
            assertThat(answer.getKey()).startsWith(prefix + "res/200/?$rid=2");
            return answer.getValue();
        } finally {
            client.disconnectForcibly(0, 1000);
            client.close();
        }
    }

    private static Map.Entry<String, JsonNode> ask(
            MqttClient client, BlockingQueue<Map.Entry<String, JsonNode>> answers, String topic)
            throws MqttException, InterruptedException {
        client.publish(topic, new byte[0], 1, false);
        Map.Entry<String, JsonNode> answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer).as("answer to " + topic).isNotNull();
        return answer;
    }

    private static void awaitText(Path file, String text) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!TestServer.read(file).contains(text)) {
            assertThat(System.nanoTime()).as("waiting for " + text).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    private static void assertAssigned(JsonNode answer, String id) {
        assertThat(answer.at("/status").asString()).isEqualTo("assigned");
        assertThat(answer.at("/registrationState/assignedHub").asString()).isEqualTo(TestServer.HOST);
        assertThat(answer.at("/registrationState/deviceId").asString()).isEqualTo(id);
    }

    /** Debian keeps it where ordinary users do not look. */
    private static String mosquitto() {
        Path debian = Path.of("/usr/sbin/mosquitto");
        return Files.isExecutable(debian) ? debian.toString() : "mosquitto";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
