package dev.muster.conformance.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** Devices that register over HTTPS step by step. Safe for any number of threads. */
public final class HttpProvisioning {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String VERSION = "?api-version=2019-03-31";

    private final TestServer server;

    public HttpProvisioning(TestServer server) {
        this.server = server;
    }

    /** Registers, and returns the id of the operation. */
    public String register(Device device) throws IOException {
        return register(device, "{}");
    }

    public String register(Device device, String body) throws IOException {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer accepted =
                    peer.request("PUT", path(device) + "/register" + VERSION, "Content-Type: application/json", body);
            assertThat(accepted.status()).isEqualTo(202);
            return accepted.json().at("/operationId").asString();
        }
    }

    /** What becomes of it. */
    public JsonNode result(Device device, String operation) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            Answer answer = poll(device, operation);
            if (answer.status() != 202) {
                return answer.json();
            }
            Thread.sleep(100);
        }
        throw new AssertionError("still assigning");
    }

    public JsonNode registered(Device device) throws IOException, InterruptedException {
        return result(device, register(device));
    }

    public Answer poll(Device device, String operation) throws IOException {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            return peer.request("GET", path(device) + "/operations/" + operation + VERSION, "", "");
        }
    }

    private String path(Device device) {
        return "/" + server.idScope() + "/registrations/" + device.registrationId();
    }
}
