package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PollTest {
    private static final Poll.Answer ACCEPTED = answer(202, "{'operationId':'5.a.b','status':'assigning'}");
    private static final Poll.Answer ASSIGNED = answer(
            200,
            "{'operationId':'5.a.b','status':'assigned','registrationState':{'assignedHub':'h.example','deviceId':'d'}}");

    @Test
    void result_isAskedForWithTheOperationId_untilItIsThere() throws Exception {
        List<String> asked = new ArrayList<>();

        ProvisioningClient.Assignment assignment = Poll.result(ACCEPTED, operation -> {
            asked.add(operation);
            return asked.size() < 3 ? ACCEPTED : ASSIGNED;
        });

        assertThat(assignment).isEqualTo(new ProvisioningClient.Assignment("h.example", "d"));
        assertThat(asked).containsExactly("5.a.b", "5.a.b", "5.a.b");
    }

    @Test
    void refusal_isToldWithCodeAndTrackingId() {
        Poll.Answer refused =
                answer(401, "{'errorCode':401002,'message':'CA certificate not found.','trackingId':'t'}");

        assertThatThrownBy(() -> Poll.result(refused, _ -> ASSIGNED))
                .isInstanceOfSatisfying(RefusedByServer.class, refusal -> {
                    assertThat(refusal).hasMessage("401002: CA certificate not found.");
                    assertThat(refusal.status()).isEqualTo(401);
                    assertThat(refusal.trackingId()).contains("t");
                });
    }

    @Test
    void refusalWithoutABody_isToldByItsStatus() {
        assertThatThrownBy(() -> Poll.result(answer(503, ""), _ -> ASSIGNED))
                .isInstanceOf(RefusedByServer.class)
                .hasMessage("503: no reason given");
    }

    @Test
    void failedRegistration_isARefusal() {
        Poll.Answer failed = answer(
                200,
                "{'operationId':'5.a.b','status':'failed','registrationState':{'errorCode':400208,'errorMessage':'No hub.'}}");

        assertThatThrownBy(() -> Poll.result(ACCEPTED, _ -> failed))
                .isInstanceOf(RefusedByServer.class)
                .hasMessage("registration failed, 400208: No hub.");
    }

    @Test
    void disabledRegistration_isARefusal() {
        Poll.Answer disabled = answer(200, "{'operationId':'5.a.b','status':'disabled','registrationState':{}}");

        assertThatThrownBy(() -> Poll.result(ACCEPTED, _ -> disabled))
                .isInstanceOf(RefusedByServer.class)
                .hasMessage("registration disabled");
    }

    private static Poll.Answer answer(int status, String body) {
        return new Poll.Answer(status, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Optional.of(0));
    }
}
