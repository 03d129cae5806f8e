package dev.muster.cli.client.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.StandInServer.Visit;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadClientIT {
    private static final String ID_SCOPE = "0ne00000001";

    private final Fleet fleet = new Fleet(InstantSource.system());

    @ParameterizedTest
    @EnumSource
    void httpsRegistrations_oneHandshakeEachWithItsOwnLeaf(TlsVersion version) throws Exception {
        try (StandInServer server = new StandInServer(() -> Scripts.http("assigned"));
                LoadClient client = new LoadClient()) {
            List<LoadDevice> devices = fleet.devices("d", 50);

            LoadClient.Run run = client.run(
                    server.address(), version, new Exchange.Registration(Transport.HTTPS, ID_SCOPE), devices, 8);

            assertThat(run.latencies()).hasSize(50).doesNotContain(0);
            assertThat(server.visits()).hasSize(50);
            assertThat(new HashSet<>(server.visits()))
                    .hasSize(50)
                    .contains(new Visit(
                            version.protocol(),
                            List.of("CN=" + devices.getLast().registrationId(), "CN=Muster bench intermediate")));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTPS", "MQTT"})
    void pings_oneConnectionEach(Transport transport) throws Exception {
        try (StandInServer server = new StandInServer(
                        transport == Transport.MQTT ? Scripts::mqtt : () -> Scripts.http("assigned"));
                LoadClient client = new LoadClient()) {
            client.run(
                    server.address(),
                    TlsVersion.TLS_1_3,
                    new Exchange.Ping(transport, ID_SCOPE),
                    fleet.devices("d", 5),
                    2);

            assertThat(server.visits()).hasSize(5);
        }
    }

    @Test
    void mqttRegistrations_endWithTheResult() throws Exception {
        try (StandInServer server = new StandInServer(Scripts::mqtt);
                LoadClient client = new LoadClient()) {
            LoadClient.Run run = client.run(
                    server.address(),
                    TlsVersion.TLS_1_2,
                    new Exchange.Registration(Transport.MQTT, ID_SCOPE),
                    fleet.devices("d", 20),
                    32);

            assertThat(run.latencies()).hasSize(20).doesNotContain(0);
        }
    }

    @Test
    void registrationThatIsNotAssigned_endsTheRun() throws Exception {
        try (StandInServer server = new StandInServer(() -> Scripts.http("assigning"));
                LoadClient client = new LoadClient()) {
            assertThatThrownBy(() -> client.run(
                            server.address(),
                            TlsVersion.TLS_1_3,
                            new Exchange.Registration(Transport.HTTPS, ID_SCOPE),
                            fleet.devices("d", 1),
                            1))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("-d is 'assigning', not 'assigned'");
        }
    }

    @Test
    void serverThatIsNotThere_endsTheRun() throws Exception {
        StandInServer gone = new StandInServer(Scripts::mqtt);
        gone.close();
        try (LoadClient client = new LoadClient()) {
            assertThatThrownBy(() -> client.run(
                            gone.address(),
                            TlsVersion.TLS_1_3,
                            new Exchange.Ping(Transport.MQTT, ID_SCOPE),
                            fleet.devices("d", 1),
                            1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the server cannot be reached");
        }
    }

    @Test
    void devicesOfAHub_stayUntilTheClientIsClosed() throws Exception {
        try (StandInServer server = new StandInServer(Scripts::mqtt)) {
            LoadClient client = new LoadClient();
            client.run(server.address(), TlsVersion.TLS_1_3, new Exchange.Presence("hub"), fleet.devices("d", 5), 5);
            assertThat(server.open()).isEqualTo(5);

            client.close();

            assertThat(server.awaitClosed()).isTrue();
        }
    }
}
