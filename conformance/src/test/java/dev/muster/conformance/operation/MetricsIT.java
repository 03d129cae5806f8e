package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Prometheus reads of a server that devices use. */
final class MetricsIT {
    private static TestServer server;
    private static Onboarding onboarding;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        onboarding = new Onboarding(server);
        onboarding.authority("plant", Duration.ofDays(3));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void devices_areCounted_byWhatBecameOfThem() throws Exception {
        onboarding.enroll("sensor-1", Onboarding.issuedBy("plant"));
        Wish wish = Wish.of("sensor-1");
        Device good = wish.granted(onboarding.registered(wish));
        Device stranger = TestPki.selfSigned("sensor-2");
        assertThat(onboarding
                        .register("sensor-2", stranger, "{\"registrationId\":\"sensor-2\"}")
                        .status())
                .isEqualTo(401);
        Device known = new MqttProvisioning(server).enrolled("sensor-3");
        try (MqttPeer peer = new MqttProvisioning(server).open(known)) {
            peer.send(MqttPeer.publish(1, 7, MqttPeer.REGISTER + "7", "{\"registrationId\":\"sensor-3\"}"));
            peer.expect(MqttPeer.PUBACK);
            Packet answer = peer.expect(MqttPeer.PUBLISH);
            assertThat(answer.topic()).startsWith("$dps/registrations/res/202/");
        }

        try (MqttPeer peer = onboarding.hub("sensor-1", good)) {
            peer.expect(MqttPeer.CONNACK);
            Answer answer = scrape("Authorization: Bearer "
                    + TestServer.read(server.adminTokenFile()).strip());

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).startsWith("text/plain; version=0.0.4");
            assertThat(answer.body())
                    .contains(
                            "attestation_attempts_total{attestation=\"token\",protocol=\"HTTPS\",result=\"succeeded\"} 1.0",
                            "attestation_attempts_total{attestation=\"x509\",protocol=\"HTTPS\",result=\"refused\"} 1.0",
                            "registration_attempts_total{protocol=\"HTTPS\",result=\"assigned\"} 1.0",
                            "registration_attempts_total{protocol=\"HTTPS\",result=\"refused\"} 1.0",
                            "registration_attempts_total{protocol=\"MQTT\",result=\"assigned\"} 1.0",
                            "device_assignments_total{hub=\"" + TestServer.HOST
                                    + "\",substatus=\"initialAssignment\"} 2.0",
                            "connected_devices{hub=\"" + TestServer.HOST + "\"} 1.0",
                            "certificates_issued_total{authority=\"plant\"} 1.0",
                            "certificates_revoked 0.0",
                            "certificates_expiring{days=\"7\"}",
                            "certificates_expiring{days=\"30\"}",
                            "process_uptime_seconds",
                            "jvm_memory_used_bytes")
                    .doesNotContain("sensor-");
        }
    }

    @Test
    void metrics_areForTheAdministratorAlone() throws IOException {
        assertThat(scrape("").status()).isEqualTo(401);
        assertThat(scrape("Authorization: Bearer wrong").status()).isEqualTo(401);
    }

    private static Answer scrape(String headers) throws IOException {
        try (HttpPeer peer =
                new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS))) {
            return peer.request("GET", "/metrics", headers, "");
        }
    }
}
