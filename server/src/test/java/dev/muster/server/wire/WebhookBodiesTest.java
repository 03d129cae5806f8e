package dev.muster.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.Question;
import dev.muster.registration.RegistrationState.Assignment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The samples of Azure's page, member by member. */
class WebhookBodiesTest {
    @Test
    void question_isThatOfAzuresPage() {
        Question question = new Question(
                group(),
                new RegistrationId("breakroom499"),
                Optional.empty(),
                Optional.of(new Assignment("toasters.example", "breakroom-499", Optional.empty())),
                Optional.empty(),
                List.of("toasters.example", "heatpumps.example"));

        assertThat(new String(WebhookBodies.question(question), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {"enrollmentGroup":{"enrollmentGroupId":"contoso","attestation":{"type":"symmetricKey"},\
                        "capabilities":{"iotEdge":false},"etag":"\\"e1\\"","provisioningStatus":"enabled",\
                        "reprovisionPolicy":%s,\
                        "createdDateTimeUtc":"2022-07-05T21:27:16.8123235Z",\
                        "lastUpdatedDateTimeUtc":"2022-07-15T21:02:29.5922255Z","allocationPolicy":"custom",\
                        "iotHubs":["toasters.example","heatpumps.example"],\
                        "customAllocationDefinition":%s},\
                        "deviceRuntimeContext":{"registrationId":"breakroom499",\
                        "currentIotHubHostName":"toasters.example","currentDeviceId":"breakroom-499","symmetricKey":{}},\
                        "linkedHubs":["toasters.example","heatpumps.example"]}""".formatted(
                                new String(
                                        Json.print(Map.of("updateHubAssignment", true, "migrateDeviceData", true)),
                                        StandardCharsets.UTF_8),
                                new String(
                                        Json.print(Map.of(
                                                "webhookUrl",
                                                "https://function.example/api/HttpTrigger1?****",
                                                "apiVersion",
                                                "2021-10-01")),
                                        StandardCharsets.UTF_8)));
    }

    @Test
    void answer_isThatOfAzuresPage() {
        Chosen chosen = parse("""
                {"iotHubHostName":"toasters.example",
                 "initialTwin":{"properties":{"desired":{"state":"ready"}},"tags":{"deviceType":"toaster"}},
                 "payload":{"color":"red"}, "more":null}""");

        assertThat(chosen)
                .isEqualTo(new Chosen(
                        Optional.of("toasters.example"),
                        Optional.of(new InitialTwin(Map.of("deviceType", "toaster"), Map.of("state", "ready"))),
                        Optional.of(Map.of("color", "red"))));
    }

    @Test
    void answerWithoutContent_choosesNothing() {
        Chosen nothing = new Chosen(Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(parse("")).isEqualTo(nothing);
        assertThat(parse("{}")).isEqualTo(nothing);
        assertThat(parse("{\"iotHubHostName\":null,\"initialTwin\":null,\"payload\":null}"))
                .isEqualTo(nothing);
        assertThat(parse("{\"iotHubHostname\":\"toasters.example\"}").hub()).contains("toasters.example");
    }

    @Test
    void answerOfAnotherForm_isRefused() {
        for (String body : List.of("null", "[]", "hub", "{\"iotHubHostName\":1}", "{\"payload\":[]}")) {
            assertThatThrownBy(() -> parse(body)).isInstanceOf(Refusal.class);
        }
    }

    private static Chosen parse(String body) {
        return WebhookBodies.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Enrollment.Group group() {
        SymmetricKey key = SymmetricKey.of(new byte[64]);
        return new Enrollment.Group(
                "contoso",
                new Attestation.SharedKeys(new SymmetricKeys(key, key)),
                new Enrollment.Settings(
                        true,
                        false,
                        new Enrollment.ReprovisionPolicy(true, true),
                        Optional.of(AllocationPolicy.CUSTOM),
                        List.of("toasters.example", "heatpumps.example"),
                        new Enrollment.Webhook("https://function.example/api/HttpTrigger1?code=secret", "2021-10-01"),
                        null),
                new Enrollment.Stamp(
                        new Etag("e1"),
                        Instant.parse("2022-07-05T21:27:16.8123235Z"),
                        Instant.parse("2022-07-15T21:02:29.5922255Z")));
    }
}
