package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Precondition;
import dev.muster.enrollment.Enrollment;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Sql;
import dev.muster.server.store.database.StoreFailure;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
        long migrations = migrations();
        new SqlDeviceIdentities(store.database()).put(Samples.device("device-1", "e1"), new Precondition.Absent());

        store.reopen();

        assertThat(migrations()).isEqualTo(migrations);
        assertThat(new SqlDeviceIdentities(store.database()).find(Samples.HUB, "device-1"))
                .isPresent();
    }

    @Test
    void tables_ofTheFirstVersion_areBroughtUpToDateWithTheirRows() {
        Enrollment.Individual enrollment = Samples.individual("device-1", "e1");
        Registration registration = Samples.registration(
                "device-1", new RegistrationState.Disabled(Optional.empty()), Optional.of("plant"));
        new SqlEnrollments(store.database(), new JsonDocuments()).put(enrollment, new Precondition.Absent());
        new SqlRegistrations(store.database(), new JsonDocuments()).put(registration);
        store.database().change(MigrationsIT::undoAllButTheFirst);

        store.reopen();

        assertThat(new SqlEnrollments(store.database(), new JsonDocuments()).find(enrollment.registrationId()))
                .contains(enrollment);
        assertThat(new SqlRegistrations(store.database(), new JsonDocuments()).find(registration.id()))
                .contains(registration);
    }

    private static void undoAllButTheFirst(Sql sql) {
        for (String table : List.of(
                "certificate_requests",
                "registered_names",
                "portal_certificates",
                "revocations",
                "revocation_changes",
                "renewals",
                "issuer_chains",
                "issued_certificates",
                "authorities")) {
            sql.update("DROP TABLE " + table);
        }
        sql.update("ALTER TABLE registrations DROP COLUMN certificates");
        undoTheSixth(sql);
        sql.update("DROP TABLE twins");
        sql.update("DROP TABLE pending_operations");
        sql.update("DROP TABLE linked_hubs");
        undoTheThird(sql);
        undoTheSecond(sql);
        sql.update("DELETE FROM flyway_schema_history WHERE version <> '1'");
    }

    private static void undoTheSixth(Sql sql) {
        sql.update("DROP TABLE preview_resources");
        sql.update("ALTER TABLE enrollments DROP COLUMN further");
        sql.update("ALTER TABLE enrollment_groups DROP COLUMN further");
    }

    private static void undoTheThird(Sql sql) {
        sql.update("DROP INDEX registrations_by_group");
        sql.update("CREATE INDEX registrations_by_group ON registrations (group_key, id_key)"
                + " WHERE group_key IS NOT NULL");
        sql.update("CREATE INDEX attempts_by_registration ON attempts (registration_key, id)");
    }

    private static void undoTheSecond(Sql sql) {
        for (String table : List.of("enrollments", "enrollment_groups")) {
            for (String column : List.of("primary_key", "secondary_key", "endorsement_key", "storage_root_key")) {
                sql.update("ALTER TABLE " + table + " DROP COLUMN " + column);
            }
        }
        sql.update("ALTER TABLE registrations DROP COLUMN attestation");
        sql.update("ALTER TABLE registrations DROP COLUMN authentication_key");
    }

    @Test
    void tables_ofANewerVersion_areRefused() {
        store.database()
                .change(
                        sql -> sql.update(
                                "INSERT INTO flyway_schema_history"
                                        + " (installed_rank, version, description, type, script, installed_by, execution_time, success)"
                                        + " VALUES (999, '999', 'from the future', 'SQL', 'V999__from_the_future.sql', 'test', 1, TRUE)"));

        assertThatThrownBy(store::reopen).isInstanceOf(StoreFailure.class).hasStackTraceContaining("999");
    }

    private long migrations() {
        return store.database()
                .read(sql -> sql.first("SELECT count(*) FROM flyway_schema_history", Row::number)
                        .orElseThrow());
    }
}
