package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.hub.Twin;
import dev.muster.hub.TwinSection;
import dev.muster.hub.TwinSection.Written;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlTwinsIT {
    private static final Instant LATER = Samples.NOW.plusSeconds(1);
    private static final Twin TWIN = new Twin(
            7,
            Map.of("plant", Map.of("hall", 3), "labels", List.of("a", "b")),
            new TwinSection(
                    Map.of("fan", Map.of("speed", 1.5)),
                    new Written(
                            LATER,
                            4,
                            Map.of(
                                    "fan",
                                    new Written(LATER, 4, Map.of("speed", new Written(Samples.NOW, 3, Map.of()))))),
                    4),
            new TwinSection(Map.of(), new Written(Samples.NOW, 1, Map.of()), 1));

    private final TestStore store;
    private final SqlTwins twins;

    SqlTwinsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        twins = new SqlTwins(store.database(), new JsonDocuments());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void twin_isFoundAsItWasPut() {
        twins.put(Samples.HUB, "device-1", TWIN);

        SqlTwins reopened = new SqlTwins(store.reopen(), new JsonDocuments());

        assertThat(reopened.find(Samples.HUB, "device-1")).contains(TWIN);
        assertThat(reopened.find(Samples.HUB, "Device-1")).isEmpty();
        assertThat(reopened.find("other.example", "device-1")).isEmpty();
    }

    @Test
    void twin_thatIsPutAgain_takesThePlaceOfTheOneBefore() {
        twins.put(Samples.HUB, "device-1", TWIN);
        Twin after = new Twin(8, Map.of(), TWIN.desired(), TWIN.desired());

        twins.put(Samples.HUB, "device-1", after);

        assertThat(twins.find(Samples.HUB, "device-1")).contains(after);
    }

    @Test
    void twin_thatIsDeleted_isGoneAndMayBeDeletedAgain() {
        twins.put(Samples.HUB, "device-1", TWIN);

        twins.delete(Samples.HUB, "device-1");
        twins.delete(Samples.HUB, "device-1");

        assertThat(twins.find(Samples.HUB, "device-1")).isEmpty();
    }

    @Test
    void twins_betweenTwoDevices_areFoundTogether() {
        for (String id : List.of("a", "b", "c", "d")) {
            twins.put(Samples.HUB, id, TWIN);
        }
        twins.put("other.example", "b", TWIN);

        assertThat(twins.between(Samples.HUB, "b", "c-not-stored")).isEqualTo(Map.of("b", TWIN, "c", TWIN));
    }
}
