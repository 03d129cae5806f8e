package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubBadFormatException;
import com.microsoft.azure.sdk.iot.service.query.QueryClient;
import com.microsoft.azure.sdk.iot.service.query.QueryPageOptions;
import com.microsoft.azure.sdk.iot.service.query.RawQueryResponse;
import com.microsoft.azure.sdk.iot.service.query.SqlQueryBuilder;
import com.microsoft.azure.sdk.iot.service.query.TwinQueryResponse;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.DeviceStatus;
import com.microsoft.azure.sdk.iot.service.registry.RegistryStatistics;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import dev.muster.conformance.harness.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Queries over devices, and statistics, by the official iot-service-client 2.1.9.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-query-language">IoT Hub: query language</a>
 */
class HubQuerySdkIT {
    private static TestServer server;
    private static QueryClient queries;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        String connectionString = server.controlPlane().hubConnectionString();
        queries = new QueryClient(connectionString);
        TwinClient twins = new TwinClient(connectionString);
        for (int i = 0; i < 5; i++) {
            Device device = new Device("queried-" + i, AuthenticationType.SAS);
            device.setStatus(i == 4 ? DeviceStatus.Disabled : DeviceStatus.Enabled);
            server.registry().addDevice(device);
            Twin twin = new Twin("queried-" + i);
            twin.getTags().put("line", i % 2);
            twin.getDesiredProperties().put("speed", i * 1.5);
            twins.patch(twin);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Java goes on while there is a continuation (reference 5.5). */
    @Test
    void twins_comePageByPage() throws Exception {
        TwinQueryResponse response = queries.queryTwins(
                "SELECT * FROM devices", QueryPageOptions.builder().pageSize(2).build());

        assertThat(ids(response)).containsExactly("queried-0", "queried-1", "queried-2", "queried-3", "queried-4");
    }

    /** Java fails on an empty page, so a full page is the last one if there is nothing more. */
    @Test
    void fullPage_withNothingAfterIt_isTheLast() throws Exception {
        TwinQueryResponse response = queries.queryTwins(
                "SELECT * FROM devices WHERE deviceId < 'queried-2'",
                QueryPageOptions.builder().pageSize(2).build());

        assertThat(ids(response)).containsExactly("queried-0", "queried-1");
    }

    /** What the SDKs generate (reference 5.5). */
    @Test
    void twins_areSelected() throws Exception {
        assertThat(ids(queries.queryTwins("SELECT * FROM devices WHERE deviceId IN ['queried-1','queried-3','no']")))
                .containsExactly("queried-1", "queried-3");
        String built = SqlQueryBuilder.createSqlQuery(
                "*", SqlQueryBuilder.FromType.DEVICES, "tags.line = 0 and properties.desired.speed > 1", null);
        assertThat(ids(queries.queryTwins(built))).containsExactly("queried-2", "queried-4");
        TwinQueryResponse one = queries.queryTwins("SELECT * FROM devices WHERE status = 'disabled'");
        Twin twin = one.next();
        assertThat(twin.getDeviceId()).isEqualTo("queried-4");
        assertThat(twin.getDesiredProperties().get("speed")).isEqualTo(6.0);
        assertThat(queries.queryTwins("SELECT * FROM devices WHERE tags.none = 1")
                        .hasNext())
                .isFalse();
    }

    @Test
    void aggregates_areRaw() throws Exception {
        RawQueryResponse response = queries.queryRaw(
                "SELECT tags.line AS line, COUNT() AS numberOfDevices FROM devices GROUP BY tags.line");

        List<String> rows = new ArrayList<>();
        while (response.hasNext()) {
            rows.add(response.next());
        }

        assertThat(rows)
                .containsExactlyInAnyOrder("{\"line\":0,\"numberOfDevices\":3}", "{\"line\":1,\"numberOfDevices\":2}");
    }

    @Test
    void query_thatIsWrong_isABadRequest() {
        assertThatExceptionOfType(IotHubBadFormatException.class)
                .isThrownBy(() -> queries.queryTwins("SELECT * FROM devices WHERE"));
    }

    /** Java reads {@code enableDeviceCount} (reference 5.2). */
    @Test
    void statistics_countDevices() throws Exception {
        RegistryStatistics statistics = server.registry().getStatistics();

        assertThat(statistics.getTotalDeviceCount()).isEqualTo(5);
        assertThat(statistics.getEnabledDeviceCount()).isEqualTo(4);
        assertThat(statistics.getDisabledDeviceCount()).isEqualTo(1);
    }

    private static List<String> ids(TwinQueryResponse response) throws Exception {
        List<String> ids = new ArrayList<>();
        while (response.hasNext()) {
            ids.add(response.next().getDeviceId());
        }
        return ids;
    }
}
