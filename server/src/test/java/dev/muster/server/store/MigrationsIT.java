package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Precondition;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class MigrationsIT {
    private final TestStore store;

    MigrationsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void tables_thatAreThere_areKept() {
        assertThat(migrations()).isOne();
        new SqlDeviceIdentities(store.database()).put(Samples.device("device-1", "e1"), new Precondition.Absent());

        store.reopen();

        assertThat(migrations()).isOne();
        assertThat(new SqlDeviceIdentities(store.database()).find(Samples.HUB, "device-1"))
                .isPresent();
    }

    @Test
    void tables_ofANewerVersion_areRefused() {
        store.database()
                .change(
                        sql -> sql.update(
                                "INSERT INTO flyway_schema_history"
                                        + " (installed_rank, version, description, type, script, installed_by, execution_time, success)"
                                        + " VALUES (2, '999', 'from the future', 'SQL', 'V999__from_the_future.sql', 'test', 1, TRUE)"));

        assertThatThrownBy(store::reopen).isInstanceOf(StoreFailure.class).hasStackTraceContaining("999");
    }

    private long migrations() {
        return store.database()
                .read(sql -> sql.first("SELECT count(*) FROM flyway_schema_history", Row::number)
                        .orElseThrow());
    }
}
