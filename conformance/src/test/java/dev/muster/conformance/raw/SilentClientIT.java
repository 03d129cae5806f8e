package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.TlsPeer;
import dev.muster.conformance.peer.WebSocketPeer;
import dev.muster.conformance.peer.Wire;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever connects and then says too little is let go, over AMQP and in WebSockets as over MQTT alone. */
class SilentClientIT {
    @Test
    void silentConnection_isClosedBeforeLong() throws Exception {
        Device device = TestPki.selfSigned("silent-device");
        try (TestServer server = TestServer.start()) {
            Map<String, Wire> silent = new LinkedHashMap<>();
            silent.put("AMQP, nothing", TlsPeer.connect(server.trust().context(device), TestServer.AMQP));
            TlsPeer header = TlsPeer.connect(server.trust().context(device), TestServer.AMQP);
            header.send(AmqpPeer.amqpHeader());
            assertThat(header.in().readNBytes(8)).isEqualTo(AmqpPeer.amqpHeader());
            silent.put("AMQP, a header", header);
            silent.put("AMQP in a WebSocket, nothing", WebSocketPeer.open(server, device, "AMQPWSB10"));
            silent.put("MQTT in a WebSocket, nothing", WebSocketPeer.open(server, device, "mqtt"));
            List<String> kept = new ArrayList<>();
            for (Map.Entry<String, Wire> client : silent.entrySet()) {
                try (Wire wire = client.getValue()) {
                    boolean framed = wire instanceof WebSocketPeer;
                    if (framed ? wire.in().read() >= 0 : !wire.isClosedByServer()) {
                        kept.add(client.getKey());
                    }
                }
            }

            assertThat(kept).isEmpty();
        }
    }
}
