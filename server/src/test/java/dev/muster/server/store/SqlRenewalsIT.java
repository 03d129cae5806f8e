package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.hub.Renewal;
import dev.muster.hub.Renewal.Holder;
import dev.muster.hub.Renewal.Outcome;
import dev.muster.hub.Renewal.Wish;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The newest renewal of each device. */
@ParameterizedClass
@EnumSource(Engine.class)
class SqlRenewalsIT {
    private final TestStore store;

    SqlRenewalsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void renewal_isFoundAsItWasPut_inPlaceOfTheOneBefore() {
        SqlRenewals renewals = new SqlRenewals(store.database());
        for (Outcome outcome : List.of(
                new Outcome.Pending(),
                new Outcome.Issued(new Thumbprint("CD"), false),
                new Outcome.Issued(new Thumbprint("CD"), true),
                new Outcome.Failed("no", false),
                new Outcome.Failed("no", true))) {
            Renewal renewal = renewal("device-1", outcome);

            renewals.put(renewal);

            assertThat(new SqlRenewals(store.database()).find(Samples.HUB, "device-1"))
                    .contains(renewal);
        }
    }

    @Test
    void renewals_areEachTheirDevices() {
        SqlRenewals renewals = new SqlRenewals(store.database());
        renewals.put(renewal("device-1", new Outcome.Pending()));
        renewals.put(renewal("DEVICE-1", new Outcome.Failed("no", true)));

        assertThat(renewals.find(Samples.HUB, "device-1")).contains(renewal("device-1", new Outcome.Pending()));
        assertThat(renewals.find("other.example", "device-1")).isEmpty();
    }

    private static Renewal renewal(String deviceId, Outcome outcome) {
        return new Renewal(
                new Holder(Samples.HUB, deviceId, "7"),
                new Wish("req-1", "MIIB"),
                "5ff94b3b",
                Samples.NOW,
                new Thumbprint("AB"),
                outcome);
    }
}
