package dev.muster.server.store;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Individual enrollments in a database. Safe for any number of threads. */
public final class SqlEnrollments implements Enrollments {
    private static final Table TABLE = new Table(
            "enrollments",
            List.of("id_key"),
            Stream.concat(Stream.of("id", "device_id", "device_information"), EnrollmentColumns.NAMES.stream())
                    .toList());
    private static final String PAGE = TABLE.select() + " WHERE id_key > ? ORDER BY id_key LIMIT ?";

    private final Database database;
    private final Documents documents;
    private final EnrollmentColumns columns;

    public SqlEnrollments(Database database, Documents documents) {
        this.database = database;
        this.documents = documents;
        this.columns = new EnrollmentColumns(documents);
    }

    @Override
    public Optional<Enrollment.Individual> find(RegistrationId id) {
        return database.read(sql -> TABLE.find(sql, this::read, id.key()));
    }

    @Override
    public void put(Enrollment.Individual enrollment, Precondition precondition) {
        @Nullable
        Object[] values = Stream.concat(
                        Stream.of(
                                enrollment.registrationId().key(),
                                enrollment.registrationId().value(),
                                enrollment.deviceId().orElse(null),
                                documents.print(enrollment.optionalDeviceInformation())),
                        columns.values(enrollment))
                .toArray();
        database.change(sql -> TABLE.put(sql, precondition, title(enrollment.registrationId()), values));
    }

    @Override
    public void delete(RegistrationId id, Precondition precondition) {
        database.change(
                sql -> TABLE.delete(sql, precondition, title(id), Refusal.Reason.ENROLLMENT_NOT_FOUND, id.key()));
    }

    @Override
    public Page<Enrollment.Individual> page(Page.Request request) {
        return Table.page(
                database.read(sql -> sql.all(PAGE, this::read, request.after().orElse(""), request.size() + 1)),
                request.size(),
                enrollment -> enrollment.registrationId().key());
    }

    private Enrollment.Individual read(Row row) throws SQLException {
        row.skip(1);
        RegistrationId id = new RegistrationId(row.text());
        Optional<String> deviceId = row.optionalText();
        byte[] deviceInformation = row.bytes();
        EnrollmentColumns.Parts parts = columns.read(row);
        return new Enrollment.Individual(
                id,
                deviceId,
                parts.attestation(),
                parts.settings(),
                documents.parse(deviceInformation),
                parts.further(),
                parts.stamp());
    }

    private static String title(RegistrationId id) {
        return "Enrollment '" + id + "'";
    }
}
