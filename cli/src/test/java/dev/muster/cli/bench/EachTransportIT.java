package dev.muster.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.client.load.Exchange;
import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.Fleet;
import dev.muster.cli.client.load.LoadClient;
import dev.muster.cli.client.load.TlsVersion;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load client against the real server: a registration ends well or the run fails. */
final class EachTransportIT {
    private static final Fleet FLEET = new Fleet(InstantSource.system());

    @TempDir
    private static Path directory;

    private static Server server;
    private static String idScope;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(Config.defaults(directory).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
        idScope = BenchGroup.enroll(directory, FLEET);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void devices_pingAndRegister(Transport transport) throws Exception {
        try (LoadClient client = new LoadClient()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port(transport));
            client.run(
                    address,
                    TlsVersion.TLS_1_3,
                    new Exchange.Ping(transport, idScope),
                    FLEET.devices("visitor-" + transport, 5),
                    2);

            LoadClient.Run run = client.run(
                    address,
                    TlsVersion.TLS_1_3,
                    new Exchange.Registration(transport, idScope),
                    FLEET.devices("device-" + transport, 20),
                    4);

            assertThat(run.latencies()).hasSize(20).doesNotContain(0);
        }
    }

    private static int port(Transport transport) {
        return switch (transport) {
            case HTTPS, MQTT_WS, AMQP_WS -> server.httpsPort();
            case MQTT -> server.mqttPort();
            case AMQP -> server.amqpPort();
        };
    }
}
