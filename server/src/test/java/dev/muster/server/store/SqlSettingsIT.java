package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Settings and shared access policies. */
@ParameterizedClass
@EnumSource(Engine.class)
class SqlSettingsIT {
    private final TestStore store;
    private final SqlSettings settings;
    private final SqlAccessPolicies policies;

    SqlSettingsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        settings = new SqlSettings(store.database());
        policies = new SqlAccessPolicies(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void setting_onceMade_stays() {
        byte[] made = settings.getOrCreate("id-scope", () -> bytes("0ne1"));

        SqlSettings reopened = new SqlSettings(store.reopen());

        assertThat(made).isEqualTo(bytes("0ne1"));
        assertThat(reopened.getOrCreate("id-scope", () -> bytes("other"))).isEqualTo(made);
    }

    @Test
    void tags_areReplacedAsAWhole() {
        SqlResourceTags tags = new SqlResourceTags(store.database(), new JsonDocuments());
        assertThat(tags.all()).isEmpty();

        tags.replaceAll(Map.of("plant", "7", "line", "2"));
        tags.replaceAll(Map.of("plant", "8"));

        assertThat(new SqlResourceTags(store.reopen(), new JsonDocuments()).all())
                .isEqualTo(Map.of("plant", "8"));
    }

    @Test
    void setting_thatManyMakeAtOnce_isTheSameForAll() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> made = IntStream.range(0, 50)
                    .mapToObj(number -> threads.submit(() -> settings.getOrCreate("key", () -> bytes("" + number))))
                    .toList();
            byte[] first = made.getFirst().get();
            for (Future<byte[]> other : made) {
                assertThat(other.get()).isEqualTo(first);
            }
        }
    }

    @Test
    void policy_isFoundAsItWasPut() {
        SharedAccessPolicy policy = new SharedAccessPolicy(
                "provisioningserviceowner", "a2V5", "a2V5Mg==", Set.of(Right.ENROLLMENT_READ, Right.ENROLLMENT_WRITE));
        SharedAccessPolicy powerless = new SharedAccessPolicy("nothing", "a2V5", "a2V5Mg==", Set.of());
        policies.put("dps", policy);
        policies.put("dps", powerless);
        policies.put("hub/" + Samples.HUB, new SharedAccessPolicy("device", "a", "b", Set.of(Right.DEVICE_CONNECT)));

        assertThat(policies.find("dps", "provisioningserviceowner")).contains(policy);
        assertThat(policies.find("dps", "device")).isEmpty();
        assertThat(policies.list("dps")).containsExactly(powerless, policy);
    }

    @Test
    void policy_putAgain_isReplaced() {
        policies.put("dps", new SharedAccessPolicy("owner", "a", "b", Set.of(Right.ENROLLMENT_READ)));
        SharedAccessPolicy rolled = new SharedAccessPolicy("owner", "c", "d", Set.of(Right.SERVICE_CONFIG));
        policies.put("dps", rolled);

        assertThat(policies.list("dps")).containsExactly(rolled);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
