package dev.muster.server.store;

import static dev.muster.server.store.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.allocation.HubLink;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlHubLinksIT {
    private static final HubLink FAR = new HubLink(
            "far.example",
            Optional.of(new HubLink.Access("far.example:8444", "iothubowner", SymmetricKey.of(new byte[32]))),
            7,
            true,
            "westeurope");
    private static final HubLink HERE = new HubLink("Here.example", Optional.empty(), 1000, false, "");

    private final TestStore store;
    private final SqlHubLinks links;

    SqlHubLinksIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        links = new SqlHubLinks(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void links_areFoundInTheirOrderAfterARestartToo() {
        links.put(HERE);
        links.put(FAR);

        assertThat(new SqlHubLinks(store.reopen()).all()).containsExactly(FAR, HERE);
    }

    @Test
    void link_isReplacedAndDeletedWhateverTheCaseOfItsName() {
        links.put(HERE);
        HubLink lighter = new HubLink("here.EXAMPLE", Optional.empty(), 1, true, "");

        links.put(lighter);
        assertThat(links.all()).containsExactly(lighter);
        links.delete("HERE.example");

        assertThat(links.all()).isEmpty();
        assertRefused(Reason.ENROLLMENT_NOT_FOUND, () -> links.delete("here.example"));
    }

    @Test
    void policy_isWhatWasChosenLast() {
        assertThat(links.policy()).isEmpty();

        links.put(AllocationPolicy.STATIC);
        links.put(AllocationPolicy.GEO_LATENCY);

        assertThat(links.policy()).contains(AllocationPolicy.GEO_LATENCY);
    }
}
