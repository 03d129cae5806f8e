package dev.muster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which right each operation of the service APIs asks for.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-control-access">DPS: control access</a>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RightsIT {
    private static final Set<Right> OF_HUBS = EnumSet.range(Right.REGISTRY_READ, Right.DEVICE_CONNECT);

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /enrollments/x,                             ENROLLMENT_READ",
        "POST,   /enrollments/query,                         ENROLLMENT_READ",
        "POST,   /enrollments/x/attestationmechanism,        ENROLLMENT_READ",
        "PUT,    /enrollments/x,                             ENROLLMENT_WRITE",
        "DELETE, /enrollments/x,                             ENROLLMENT_WRITE",
        "POST,   /enrollments,                               ENROLLMENT_WRITE",
        "GET,    /enrollmentGroups/x,                        ENROLLMENT_READ",
        "POST,   /enrollmentGroups/query,                    ENROLLMENT_READ",
        "POST,   /enrollmentGroups/x/attestationmechanism,   ENROLLMENT_READ",
        "PUT,    /enrollmentGroups/x,                        ENROLLMENT_WRITE",
        "DELETE, /enrollmentGroups/x,                        ENROLLMENT_WRITE",
        "POST,   /enrollmentGroups,                          ENROLLMENT_WRITE",
        "GET,    /registrations/x,                           REGISTRATION_STATUS_READ",
        "POST,   /registrations/x/query,                     REGISTRATION_STATUS_READ",
        "DELETE, /registrations/x,                           REGISTRATION_STATUS_WRITE",
        "GET,    /trustBundles/x,                            ENROLLMENT_READ",
        "POST,   /trustBundles/query,                        ENROLLMENT_READ",
        "PUT,    /trustBundles/x,                            ENROLLMENT_WRITE",
        "DELETE, /trustBundles/x,                            ENROLLMENT_WRITE",
        "GET,    /certificateAuthorities/x,                  ENROLLMENT_READ",
        "POST,   /certificateAuthorities/query,              ENROLLMENT_READ",
        "PUT,    /certificateAuthorities/x,                  ENROLLMENT_WRITE",
        "DELETE, /certificateAuthorities/x,                  ENROLLMENT_WRITE",
        "GET,    /devices,                                   REGISTRY_READ",
        "GET,    /devices/x,                                 REGISTRY_READ",
        "PUT,    /devices/x,                                 REGISTRY_WRITE",
        "DELETE, /devices/x,                                 REGISTRY_WRITE",
        "POST,   /devices,                                   REGISTRY_WRITE",
        "GET,    /statistics/devices,                        REGISTRY_READ",
        "GET,    /statistics/service,                        REGISTRY_READ",
        "POST,   /devices/query,                             SERVICE_CONNECT",
        "GET,    /twins/x,                                   SERVICE_CONNECT",
        "PATCH,  /twins/x,                                   SERVICE_CONNECT",
        "PUT,    /twins/x,                                   SERVICE_CONNECT"
    })
    void operation_asksForItsRightAndNoOther(String method, String path, Right right) {
        Set<Right> others = EnumSet.complementOf(EnumSet.of(right));

        assertThat(call(method, path, right, Set.of(right)).statusCode()).isNotIn(401, 403, 500);
        HttpResponse<String> refused = call(method, path, right, others);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("Unauthorized").doesNotContain(right.wireName());
        assertThat(client.send(method, server.url(path), "").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> call(String method, String path, Right right, Set<Right> granted) {
        SharedAccessPolicy policy = new SharedAccessPolicy(
                "tested",
                RunningFrontEnd.SERVICE_OWNER.primaryKey(),
                RunningFrontEnd.SERVICE_OWNER.secondaryKey(),
                granted);
        server.policies.put(OF_HUBS.contains(right) ? "hub/" + RunningFrontEnd.HUB : "dps", policy);
        return client.send(method, server.url(path), "", RunningFrontEnd.signed(policy, "localhost"));
    }
}
