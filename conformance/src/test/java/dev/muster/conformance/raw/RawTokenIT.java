package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.TlsPeer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Shared access signatures as the SDKs spell them (reference 8.2), and as none does; by MQTT's password. */
class RawTokenIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The resource raw, {@code %2F}, {@code %2f} or in lower case; any order; the key's name or none (trap 20). */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "Java,RAW,sr={sr}&sig={sig}&se={se}&skn=",
        "Node,RAW,sr={sr}&sig={sig}&skn=registration&se={se}",
        "CSharp,UPPER,sr={sr}&sig={sig}&se={se}&skn=registration",
        "Python,UPPER,sr={sr}&sig={sig}&se={se}",
        "C,LOWER,sr={sr}&sig={sig}&se={se}&skn=registration",
        "EmbeddedC,LOWER,sr={sr}&sig={sig}&se={se}",
        "Edge,LOWER_CASE,sr={sr}&sig={sig}&se={se}&skn=registration",
        "Reordered,UPPER,skn=registration&se={se}&sig={sig}&sr={sr}"
    })
    void everySpelling_isTaken(String sdk, Spelling spelling, String form) throws Exception {
        String id = "Token-" + sdk;
        String key = enrolled(id);
        String resource = spelling.of(server.idScope() + "/registrations/" + id);
        String expiry = Long.toString(Instant.now().plusSeconds(60).getEpochSecond());
        String token = "SharedAccessSignature "
                + form.replace("{sr}", resource)
                        .replace("{se}", expiry)
                        .replace("{sig}", spelling.of(sign(key, resource + '\n' + expiry)));

        Packet answer = register(id, token, "2019-03-31");

        assertThat(answer.topic()).startsWith("$dps/registrations/res/202/?$rid=1");
    }

    /** The id that the device signs and registers with is its own spelling (trap 35; reference 11.1). */
    @Test
    void deviceOfAnotherSpelling_isTheEnrolledOne() throws Exception {
        String key = enrolled("spelled-device");

        Packet answer = register(
                "Spelled-DEVICE", HubToken.of(server.idScope() + "/registrations/Spelled-DEVICE", key), "2019-03-31");

        assertThat(answer.topic()).startsWith("$dps/registrations/res/202/?$rid=1");
        assertThat(server.registry().getDevice("spelled-device").getDeviceId()).isEqualTo("spelled-device");
    }

    /** Refused in the answer, and on record; what was sent may be a secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "top-secret",
                "SharedAccessSignature top-secret",
                "SharedAccessSignature sr=%zz&sig=dG9wLXNlY3JldA==&se=4102444800",
                "SharedAccessSignature sr=a&sig=top-secret!&se=4102444800",
                "SharedAccessSignature sr=a&sig=dG9wLXNlY3JldA==&se=tomorrow"
            })
    void whatIsNoToken_isOnRecordWithoutIt(String token) throws Exception {
        String id = "malformed-" + Integer.toHexString(token.hashCode());
        enrolled(id);

        Packet answer = register(id, token, "2019-03-31");

        assertThat(answer.topic()).startsWith("$dps/registrations/res/401/?$rid=1");
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/succeeded").asBoolean()).isFalse();
        assertThat(attempt.at("/trackingId").asString())
                .isEqualTo(answer.json().at("/trackingId").asString());
        assertThat(attempt.at("/explanation/rule").asString()).isNotBlank();
        assertThat(attempt.at("/explanation/remedy").asString()).isNotBlank();
        assertThat(attempt.toString()).doesNotContain("top-secret", "dG9wLXNlY3JldA");
    }

    /** Over MQTT, too, a version that does not exist is a bad request (reference 2.2). */
    @ParameterizedTest
    @ValueSource(strings = {"2017-11-15", "latest"})
    void unknownApiVersion_isABadRequest(String version) throws Exception {
        String id = "version-" + version;
        enrolled(id);

        Packet answer = register(id, "", version);

        assertThat(answer.topic()).startsWith("$dps/registrations/res/400/?$rid=1");
        assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(400004);
        assertThat(server.controlPlane()
                        .attempts(id)
                        .getFirst()
                        .at("/explanation/subject")
                        .asString())
                .contains(version);
    }

    /** How an SDK writes a slash in the resource. */
    enum Spelling {
        RAW,
        UPPER,
        LOWER,
        LOWER_CASE;

        private static final Pattern ESCAPE = Pattern.compile("%..");

        String of(String text) {
            String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
            return switch (this) {
                case RAW -> text.contains("/registrations/") ? text : encoded;
                case UPPER -> encoded;
                case LOWER ->
                    ESCAPE.matcher(encoded).replaceAll(escape -> escape.group().toLowerCase(Locale.ROOT));
                case LOWER_CASE -> text.contains("/registrations/") ? encoded.toLowerCase(Locale.ROOT) : encoded;
            };
        }
    }

    private static Packet register(String id, String token, String version) throws Exception {
        try (MqttPeer peer = new MqttPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.MQTT))) {
            String userName = server.idScope() + "/registrations/" + id + "/api-version=" + version;
            peer.send(new Connect(id, userName, token, true, 60).packet());
            MqttProvisioning.assertAccepted(peer);
            MqttProvisioning.subscribe(peer, 1);
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", ""));
            return peer.expect(MqttPeer.PUBLISH);
        }
    }

    private static String enrolled(String id) throws Exception {
        return ((SymmetricKeyAttestation) server.enrollments()
                        .createOrUpdateIndividualEnrollment(
                                new IndividualEnrollment(id, new SymmetricKeyAttestation("", "")))
                        .getAttestation())
                .getPrimaryKey();
    }

    private static String sign(String key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
