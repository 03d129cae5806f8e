package dev.muster.server.store.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.certification.RegisteredName;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlPortalLedgerIT {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final TestStore store;
    private final SqlPortalLedger ledger;

    SqlPortalLedgerIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        ledger = new SqlPortalLedger(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void name_isRegisteredOnce_withOneAuthority_whateverItsCase() {
        RegisteredName first = new RegisteredName("Plant", "Sensor-1", NOW);
        ledger.register(first);
        ledger.register(new RegisteredName("plant", "sensor-1", NOW.plusSeconds(1)));

        SqlPortalLedger reopened = new SqlPortalLedger(store.reopen());

        assertThat(reopened.names()).containsExactly(first);
        assertThat(reopened.isRegistered("PLANT", "SENSOR-1")).isTrue();
        assertThat(reopened.isRegistered("other", "sensor-1")).isFalse();
    }

    @Test
    void certificate_isFoundByTheHashThatClientsKnow() {
        Thumbprint certificate = Thumbprint.of(new byte[] {1});
        ledger.issued("ab12", certificate);

        assertThat(ledger.find("AB12")).contains(certificate);
        assertThat(ledger.find("ab13")).isEmpty();
    }
}
