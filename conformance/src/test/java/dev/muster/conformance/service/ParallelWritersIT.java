package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Many writers of one enrollment at once, each of which reads it, adds one to a count, and writes it back. */
class ParallelWritersIT {
    private static final int WRITERS = 200;
    private static final String PATH = "/enrollments/contested";
    private static final String DRAFT = "{\"registrationId\":\"contested\",\"attestation\":{\"type\":\"symmetricKey\"},"
            + "\"optionalDeviceInformation\":{\"count\":0}}";

    private final TestServer server = TestServer.start();
    private final ServiceClient.Policy policy =
            ServiceClient.Policy.of(server.controlPlane().provisioningConnectionString());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void writers_withEtags_loseNoUpdate() throws Exception {
        try (HttpPeer peer = connect()) {
            assertThat(send(peer, "PUT", "", DRAFT).status()).isEqualTo(200);

            List<Future<?>> writers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(threads.submit(() -> {
                        addOne();
                        return null;
                    }));
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }

            assertThat(count(send(peer, "GET", "", "").json())).isEqualTo(WRITERS);
        }
    }

    private void addOne() throws Exception {
        try (HttpPeer peer = connect()) {
            int status = 0;
            while (status != 200) {
                ObjectNode read = (ObjectNode) send(peer, "GET", "", "").json();
                int count = count(read);
                read.putObject("optionalDeviceInformation").put("count", count + 1);
                status = send(peer, "PUT", "If-Match: " + read.get("etag").asString(), read.toString())
                        .status();
                assertThat(status).isIn(200, 412);
                if (status == 412) {
                    Thread.sleep(ThreadLocalRandom.current().nextInt(200));
                }
            }
        }
    }

    private static int count(JsonNode enrollment) {
        return enrollment.at("/optionalDeviceInformation/count").asInt();
    }

    private Answer send(HttpPeer peer, String method, String more, String body) throws Exception {
        return ServiceClient.NODE.provisioning(peer, policy, method, PATH, more, body);
    }

    private HttpPeer connect() throws Exception {
        return HttpPeer.connect(server, TestPki.selfSigned("writer"));
    }
}
