package dev.muster.conformance.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.allocation.HubLink;
import dev.muster.allocation.HubUnavailable;
import dev.muster.allocation.LinkedHub.Data;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.conformance.allocation.HubStandIn.Request;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Pem;
import dev.muster.server.link.Https;
import dev.muster.server.link.RemoteHub;
import dev.muster.server.link.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a hub of another server is asked, call by call (reference 7.1), and what its answers mean. */
@Execution(ExecutionMode.SAME_THREAD)
class RemoteHubIT {
    private static final SymmetricKey KEY = SymmetricKey.of(new byte[32]);
    private static final NewDevice DEVICE = new NewDevice(
            "sensor#1",
            new Authentication.SelfSigned(Optional.of("AB12"), Optional.empty()),
            false,
            new Data.Kept(),
            Optional.empty());
    private static final Data.Moved DATA =
            new Data.Moved(Map.of("plant", 7), Map.of("interval", 5), Map.of("firmware", "1.2"));
    private static final String API = "?api-version=2021-04-12";

    private HubStandIn standIn;
    private RemoteHub hub;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        Authority authority = TestPki.root("Hubs");
        standIn = new HubStandIn(authority);
        Path authorities = Files.writeString(directory.resolve("trust.pem"), Pem.write(authority.certificate()));
        Https https = new Https(Trust.context(Optional.of(authorities)), Duration.ofSeconds(5));
        hub = new RemoteHub(
                "far.hub.example",
                new HubLink.Access(standIn.endpoint(), "iothubowner", KEY),
                https,
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void newDevice_isCreated() {
        standIn.answer(200, "{}");

        hub.provision(DEVICE);

        assertThat(standIn.requests()).hasSize(1);
        Request put = standIn.requests().getFirst();
        assertThat(put.line()).isEqualTo("PUT /devices/sensor%231" + API);
        assertThat(put.ifMatch()).isEmpty();
        assertThat(put.body())
                .isEqualTo(
                        "{\"deviceId\":\"sensor#1\",\"status\":\"enabled\",\"authentication\":{\"type\":\"selfSigned\","
                                + "\"x509Thumbprint\":{\"primaryThumbprint\":\"AB12\"}},\"capabilities\":{\"iotEdge\":false}}");
        SasToken token = SasToken.parse(put.authorization());
        assertThat(token.audience()).isEqualTo("far.hub.example");
        assertThat(token.keyName()).contains("iothubowner");
        assertThat(token.isSignedWith(KEY.base64())).isTrue();
        assertThat(token.expires()).isAfter(Instant.now());
    }

    @Test
    void deviceThatIsThere_getsItsAuthenticationAndKeepsItsStatus() {
        standIn.answer(409, "{\"Message\":\"ErrorCode:DeviceAlreadyExists;\"}");
        standIn.answer(200, "{\"deviceId\":\"sensor#1\",\"status\":\"Disabled\",\"statusReason\":\"stolen\"}");
        standIn.answer(200, "{}");

        hub.provision(DEVICE);

        Request put = standIn.requests().getLast();
        assertThat(standIn.requests()).hasSize(3);
        assertThat(put.ifMatch()).contains("*");
        JsonNode body = JsonMapper.shared().readTree(put.body());
        assertThat(body.at("/status").asString()).isEqualTo("disabled");
        assertThat(body.at("/statusReason").asString()).isEqualTo("stolen");
    }

    @Test
    void initialTwin_isPatched() {
        standIn.answer(200, "{}");
        standIn.answer(200, "{}");

        hub.provision(new NewDevice(
                "sensor-1",
                new Authentication.Sas(KEY.base64(), KEY.base64()),
                true,
                new Data.Kept(),
                Optional.of(new InitialTwin(Map.of("plant", 7), Map.of("interval", 5)))));

        JsonNode identity =
                JsonMapper.shared().readTree(standIn.requests().getFirst().body());
        assertThat(identity.at("/authentication/symmetricKey/primaryKey").asString())
                .isEqualTo(KEY.base64());
        assertThat(identity.at("/capabilities/iotEdge").asBoolean()).isTrue();
        Request patch = standIn.requests().getLast();
        assertThat(patch.line()).isEqualTo("PATCH /twins/sensor-1" + API);
        assertThat(patch.ifMatch()).contains("*");
        JsonNode twin = JsonMapper.shared().readTree(patch.body());
        assertThat(twin.at("/tags/plant").asInt()).isEqualTo(7);
        assertThat(twin.at("/properties/desired/interval").asInt()).isEqualTo(5);
    }

    @Test
    void device_isRemovedWhetherItIsThereOrNot() {
        standIn.answer(204, "");
        standIn.answer(404, "{}");

        hub.remove("sensor-1");
        hub.remove("sensor-1");

        Request delete = standIn.requests().getFirst();
        assertThat(delete.line()).isEqualTo("DELETE /devices/sensor-1" + API);
        assertThat(delete.ifMatch()).contains("*");
    }

    @Test
    void data_areReadWithoutVersionsAndTimes() {
        standIn.answer(200, """
                {"deviceId": "sensor#1", "version": 9, "tags": {"plant": 7}, "properties": {
                  "desired": {"interval": 5, "$version": 3, "$metadata": {"interval": {}}},
                  "reported": {"firmware": "1.2", "$version": 8, "$metadata": {"firmware": {}}}}}
                """);
        standIn.answer(404, "{\"Message\":\"ErrorCode:DeviceNotFound;\"}");

        assertThat(hub.data("sensor#1")).contains(DATA);
        assertThat(hub.data("sensor#1")).isEmpty();

        assertThat(standIn.requests()).extracting(Request::line).containsOnly("GET /twins/sensor%231" + API);
    }

    @Test
    void dataThatMove_areWrittenInBulkWithTheDevice() {
        standIn.answer(409, "{}");
        standIn.answer(200, "{\"deviceId\":\"sensor#1\",\"status\":\"disabled\"}");
        standIn.answer(200, "{}");
        standIn.answer(200, "{\"isSuccessful\":true,\"errors\":[],\"warnings\":[]}");

        hub.provision(DEVICE.with(DATA));

        Request post = standIn.requests().getLast();
        assertThat(post.line()).isEqualTo("POST /devices" + API);
        assertThat(JsonMapper.shared().readTree(post.body()))
                .isEqualTo(JsonMapper.shared().readTree("""
                [{"id": "sensor#1", "importMode": "update", "status": "disabled",
                  "authentication": {"type": "selfSigned", "x509Thumbprint": {"primaryThumbprint": "AB12"}},
                  "capabilities": {"iotEdge": false}, "tags": {"plant": 7},
                  "properties": {"desired": {"interval": 5}, "reported": {"firmware": "1.2"}}}]
                """));
    }

    @Test
    void dataThatAreNotTaken_areARefusal() {
        String result = "{\"isSuccessful\":false,\"errors\":[{\"errorStatus\":\"too many tags\"}]}";
        for (int status : new int[] {200, 400}) {
            standIn.answer(200, "{}");
            standIn.answer(status, result);

            assertThat(catchThrowableOfType(Refusal.class, () -> hub.provision(DEVICE.with(DATA)))
                            .explanation()
                            .orElseThrow()
                            .rule())
                    .contains("too many tags");
        }
    }

    @Test
    void dataThatAreForgotten_goWithTheDevice() {
        standIn.answer(204, "");
        standIn.answer(200, "{}");

        hub.provision(DEVICE.with(new Data.Forgotten()));

        assertThat(standIn.requests())
                .extracting(Request::line)
                .containsExactly("DELETE /devices/sensor%231" + API, "PUT /devices/sensor%231" + API);
    }

    @Test
    void hubThatHasNoTimeOrIsBroken_isUnavailable() {
        for (int status : new int[] {429, 500, 503, 504}) {
            standIn.answer(status, "{\"Message\":\"ErrorCode:ThrottlingException;slowly\"}");

            Explanation why = catchThrowableOfType(HubUnavailable.class, () -> hub.provision(DEVICE))
                    .explanation();

            assertThat(why.subject()).contains("far.hub.example");
            assertThat(why.rule()).contains("answered " + status, "slowly");
        }
    }

    @Test
    void hubThatNobodyServes_isUnavailable() {
        standIn.close();

        assertThat(catchThrowableOfType(HubUnavailable.class, () -> hub.provision(DEVICE))
                        .explanation()
                        .rule())
                .contains("nobody listens there");
    }

    @Test
    void hubThatSaysNo_refusesForGood() {
        for (int status : new int[] {400, 401, 403, 413}) {
            standIn.answer(status, "{\"Message\":\"ErrorCode:IotHubQuotaExceeded;full\"}");

            Refusal refusal = catchThrowableOfType(Refusal.class, () -> hub.provision(DEVICE));

            assertThat(refusal.reason()).isEqualTo(Refusal.Reason.FORBIDDEN);
            assertThat(refusal.explanation().orElseThrow().rule()).contains("answered " + status, "full");
            assertThat(refusal.explanation().orElseThrow().toString()).doesNotContain(KEY.base64());
        }
    }
}
