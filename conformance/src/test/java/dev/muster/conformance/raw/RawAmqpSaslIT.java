package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TpmAttestation;
import dev.muster.conformance.harness.SoftwareTpm;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.TpmProvider;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpProvisioning;
import dev.muster.conformance.peer.AmqpType.Symbol;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * SASL in front of AMQP at the provisioning service, as each SDK speaks it (reference 7.1, 7.2).
 *
 * @see <a href="https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-security-v1.0-os.html">AMQP 1.0 part 5</a>
 */
class RawAmqpSaslIT {
    private static TestServer server;
    private static AmqpProvisioning devices;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        devices = new AmqpProvisioning(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** With SASL: the token is judged when the device registers, as over MQTT (reference 5.5, 7.1). */
    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "EXTERNAL", "ANONYMOUS"})
    void sasl_mayComeFirst(String mechanism) throws Exception {
        String id = "amqp-sasl-" + mechanism.toLowerCase(Locale.ROOT);
        String response = mechanism.equals("PLAIN") ? devices.plain(id, devices.token(id)) : "";
        Device device = devices.enrolled(id);
        try (AmqpPeer peer = AmqpPeer.connect(server, device)) {
            AmqpProvisioning.assertOutcome(peer, mechanism, response, (byte) 0);
            peer.send(AmqpPeer.amqpHeader(), AmqpPeer.open(null), AmqpPeer.begin(0));
            peer.expectHeader(AmqpPeer.amqpHeader());
            peer.expect(AmqpPeer.OPEN);
            peer.expect(AmqpPeer.BEGIN);
            peer.send(AmqpPeer.attachSender(0, devices.address(id), null));
            AmqpProvisioning.assertBothEnds(peer.expect(AmqpPeer.ATTACH));
        }
    }

    /** Outcome 1 is "auth" (AMQP 1.0 section 5.3.3.6), which Java reports as a rejected token; then the end. */
    @ParameterizedTest
    @CsvSource({"PLAIN,nonsense", "PLAIN,\0someone\0SharedAccessSignature sr=a&sig=b&se=1", "MSSBCBS,''", "TPM,''"})
    void badLogin_isRefused(String mechanism, String response) throws Exception {
        try (AmqpPeer peer = AmqpPeer.connect(server, TestPki.selfSigned("amqp-login"))) {
            AmqpProvisioning.assertOutcome(peer, mechanism, response, (byte) 1);
            assertThat(peer.isClosedByServer()).isTrue();
        }
    }

    /** A token speaks for one device; the owner of the other hears of it. */
    @Test
    void linkOfAnotherDevice_isRefused() throws Exception {
        try (AmqpPeer peer = AmqpPeer.connect(server, TestPki.selfSigned("amqp-other"))) {
            AmqpProvisioning.assertOutcome(
                    peer, "PLAIN", devices.plain("amqp-other", devices.token("amqp-other")), (byte) 0);
            peer.send(AmqpPeer.amqpHeader(), AmqpPeer.open(null), AmqpPeer.begin(0));
            peer.expectHeader(AmqpPeer.amqpHeader());
            peer.send(AmqpPeer.attachSender(0, devices.address("amqp-another"), null));

            assertThat(AmqpProvisioning.refusal(peer)).isEqualTo(new Symbol("amqp:unauthorized-access"));
        }
        assertOnRecord("amqp-another", "SASL gave to another device");
    }

    /**
     * The mechanism {@code TPM} byte by byte, in the two segments that Java and C can take; Node names the TPM once
     * more in its body (reference 7.2, 4.1; trap 28).
     */
    @Test
    void tpm_provesItselfInTwoSegments() throws Exception {
        String id = "amqp-tpm";
        try (SoftwareTpm tpm = SoftwareTpm.start(server.directory("tpm"));
                AmqpPeer peer =
                        new AmqpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.AMQP))) {
            String endorsementKey = base64(tpm.endorsementKey());
            server.enrollments()
                    .createOrUpdateIndividualEnrollment(
                            new IndividualEnrollment(id, new TpmAttestation(endorsementKey)));
            peer.send(AmqpPeer.saslHeader());
            peer.expectHeader(AmqpPeer.saslHeader());
            assertThat(peer.expect(AmqpPeer.MECHANISMS).field(0)).asString().contains("TPM");
            byte[] name = AmqpProvisioning.bytes("\0" + server.idScope() + "\0" + id + "\0");
            peer.send(AmqpPeer.saslInit("TPM", joined(name, tpm.endorsementKey())));
            assertThat(challenge(peer)).containsExactly(0);
            peer.send(AmqpPeer.saslResponse(joined(new byte[] {0}, tpm.storageRootKey())));
            byte[] first = challenge(peer);
            peer.send(AmqpPeer.saslResponse(new byte[] {0}));
            byte[] second = challenge(peer);
            assertThat(first).startsWith((byte) 0x80).hasSizeLessThanOrEqualTo(471);
            assertThat(second).startsWith((byte) 0xC1).hasSizeLessThanOrEqualTo(471);

            TpmProvider device = new TpmProvider(tpm, id);
            device.activateIdentityKey(
                    joined(Arrays.copyOfRange(first, 1, first.length), Arrays.copyOfRange(second, 1, second.length)));
            peer.send(AmqpPeer.saslResponse(AmqpProvisioning.bytes("\0" + device.token(server.idScope(), id, 60))));
            assertThat(peer.expect(AmqpPeer.OUTCOME).field(0)).isEqualTo((byte) 0);
            String body = "{\"registrationId\":\"%s\",\"tpm\":{\"endorsementKey\":\"%s\",\"storageRootKey\":\"%s\"}}"
                    .formatted(id, endorsementKey, base64(tpm.storageRootKey()));
            JsonNode accepted = new JsonMapper()
                    .readTree(devices.registered(peer, id, AmqpPeer.data(AmqpProvisioning.bytes(body))));
            peer.send(AmqpPeer.transfer(
                    1, 1, AmqpPeer.poll(accepted.at("/operationId").asString())));

            JsonNode state = AmqpProvisioning.answer(peer).json().at("/registrationState");
            assertThat(state.at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
            assertThat(device.activateIdentityKey(Base64.getDecoder()
                            .decode(state.at("/tpm/authenticationKey").asString())))
                    .isEmpty();
        }
    }

    /** Who has named itself, and then does not speak as a TPM's provider does, is on record. */
    @Test
    void deviceThatBreaksOffItsTpmsProof_isOnRecord() throws Exception {
        String id = "amqp-tpm-breaking";
        try (AmqpPeer peer = AmqpPeer.connect(server, TestPki.selfSigned(id))) {
            peer.send(AmqpPeer.saslHeader());
            peer.expectHeader(AmqpPeer.saslHeader());
            peer.expect(AmqpPeer.MECHANISMS);
            peer.send(AmqpPeer.saslInit(
                    "TPM", AmqpProvisioning.bytes("\0" + server.idScope() + "\0" + id + "\0endorsement key")));
            assertThat(peer.expect(AmqpPeer.CHALLENGE).field(0)).isEqualTo(new byte[] {0});
            peer.send(AmqpPeer.saslResponse(new byte[] {7}));

            assertThat(peer.expect(AmqpPeer.OUTCOME).field(0)).isEqualTo((byte) 1);
            assertThat(peer.isClosedByServer()).isTrue();
        }
        assertOnRecord(id, "unknown control byte");
    }

    private static byte[] challenge(AmqpPeer peer) throws IOException {
        return (byte[]) Objects.requireNonNull(peer.expect(AmqpPeer.CHALLENGE).field(0));
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void assertOnRecord(String id, String rule) {
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/succeeded").asBoolean()).isFalse();
        assertThat(attempt.at("/transport").asString()).isEqualTo("AMQPS");
        assertThat(attempt.at("/explanation/rule").asString()).contains(rule);
        assertThat(attempt.at("/explanation/remedy").asString()).isNotBlank();
    }
}
