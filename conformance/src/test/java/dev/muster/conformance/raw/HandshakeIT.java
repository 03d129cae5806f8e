package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS as devices with odd libraries, odd networks and odd certificates speak it. */
class HandshakeIT {
    private static final String VERSION = "?api-version=2019-03-31";
    private static final int PATIENCE_MILLISECONDS = 20_000;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** C sends the address that it calls for a name (seen 5); others send what their owner wrote. */
    @ParameterizedTest
    @CsvSource({
        "443,127.0.71.1",
        "443,nobody.example",
        "8883,127.0.71.1",
        "8883,nobody.example",
        "5671,127.0.71.1",
        "5671,nobody.example"
    })
    void anyServerName_isTaken(int port, String name) throws Exception {
        try (SSLSocket socket = tls(new Socket(), server.trust().context(Optional.empty()), port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);

            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).startsWith("TLSv1.");
        }
    }

    /** A segment for each byte, of the handshake and of what comes after it. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void singleBytes_arePutTogether(String version) throws Exception {
        MqttProvisioning devices = new MqttProvisioning(server);
        Device device = devices.enrolled("trickling-" + version);
        try (HttpPeer http = new HttpPeer(trickling(device, TestServer.HTTPS, version));
                MqttPeer mqtt = new MqttPeer(trickling(device, TestServer.MQTT, version));
                AmqpPeer amqp = new AmqpPeer(trickling(device, TestServer.AMQP, version))) {
            assertThat(register(http, device.registrationId()).status()).isEqualTo(202);
            mqtt.send(devices.connectOf(device).packet());
            MqttProvisioning.assertAccepted(mqtt);
            for (byte part : AmqpPeer.amqpHeader()) {
                amqp.send(new byte[] {part});
            }
            amqp.expectHeader(AmqpPeer.amqpHeader());
        }
    }

    /** A byte now and then is not progress: the handshake as a whole has ten seconds. */
    @ParameterizedTest
    @ValueSource(ints = {TestServer.HTTPS, TestServer.MQTT, TestServer.AMQP})
    void handshakeThatDragsOn_isCutOff(int port) throws Exception {
        byte[] beginning = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};
        try (Socket socket = new Socket()) {
            open(socket, port);
            OutputStream out = socket.getOutputStream();
            out.write(beginning);
            long begin = System.nanoTime();
            Throwable end = catchThrowable(() -> {
                while (System.nanoTime() - begin
                        < Duration.ofMillis(PATIENCE_MILLISECONDS).toNanos()) {
                    Thread.sleep(250);
                    out.write(0);
                }
            });

            assertThat(end).as("what the server did to it").isInstanceOf(IOException.class);
        }
    }

    /** More than anybody has, and less than what TLS takes: refused in words (design: cap before you work). */
    @Test
    void chainOfThirtyCertificates_isRefusedWithTheReason() throws Exception {
        Authority root = TestPki.root("Deep Root");
        new Enrolling(server).verifiedGroup("deep-group", root);
        Device device = below(root, 28).device("long-chain");
        assertThat(device.chain()).hasSize(30);
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer answer = register(peer, "long-chain");

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(401002);
        }
        assertThat(server.controlPlane()
                        .attempts("long-chain")
                        .getFirst()
                        .at("/explanation/rule")
                        .asString())
                .contains("30");
    }

    /** Beyond 32 KB TLS ends the handshake, and others notice nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void longerCertificateList_endsTheHandshake(String version) throws Exception {
        Device device = below(TestPki.root("Endless Root"), 90).device("endless-chain");
        int bytes = device.chain().stream().mapToInt(it -> it.der().length).sum();
        assertThat(bytes).isGreaterThan(32 * 1024);
        for (int port : new int[] {TestServer.HTTPS, TestServer.MQTT, TestServer.AMQP}) {
            assertThat(catchThrowable(() -> {
                        try (TlsPeer peer = TlsPeer.connect(server.trust().context(device), port, version)) {
                            // In TLS 1.3 the client is done before the server has seen its certificates.
                            peer.send(new byte[] {1});
                            if (peer.in().read() < 0) {
                                throw new IOException("hung up");
                            }
                        }
                    }))
                    .as("port " + port)
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("timed out");
        }
        Device honest = new MqttProvisioning(server).enrolled("honest-" + version);
        try (HttpPeer peer = HttpPeer.connect(server, honest)) {
            assertThat(register(peer, honest.registrationId()).status()).isEqualTo(202);
        }
    }

    private static Answer register(HttpPeer peer, String id) throws IOException {
        return peer.request("PUT", "/" + server.idScope() + "/registrations/" + id + "/register" + VERSION, "", "{}");
    }

    /** The lowest of so many authorities below the root. */
    private static Authority below(Authority root, int intermediates) {
        Authority authority = root;
        for (int number = 0; number < intermediates; number++) {
            authority = authority.intermediate("Deep " + number);
        }
        return authority;
    }

    private static TlsPeer trickling(Device device, int port, String version) throws IOException {
        return TlsPeer.connect(new TricklingSocket(), server.trust().context(device), port, version);
    }

    private static SSLSocket tls(Socket plain, SSLContext context, int port) throws IOException {
        open(plain, port);
        return (SSLSocket) context.getSocketFactory().createSocket(plain, TestServer.HOST, port, true);
    }

    private static void open(Socket socket, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        socket.connect(new InetSocketAddress(TestServer.HOST, port));
    }

    /** Writes byte by byte. */
    private static final class TricklingSocket extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream whole = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int oneByte) throws IOException {
                    whole.write(oneByte);
                }
            };
        }
    }
}
