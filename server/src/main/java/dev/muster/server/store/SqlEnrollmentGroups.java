package dev.muster.server.store;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.certificate.SqlKnownAuthorities;
import dev.muster.server.store.database.AuthorityCache;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Enrollment groups in a database. Safe for any number of threads. */
public final class SqlEnrollmentGroups implements EnrollmentGroups {
    private static final Table TABLE = new Table(
            "enrollment_groups",
            List.of("id_key"),
            Stream.concat(
                            Stream.of(
                                    "id",
                                    "primary_thumbprint",
                                    "secondary_thumbprint",
                                    "primary_subject_key",
                                    "secondary_subject_key",
                                    "primary_authority_key",
                                    "secondary_authority_key"),
                            EnrollmentColumns.NAMES.stream())
                    .toList());
    private static final String PAGE = TABLE.select() + " WHERE id_key > ? ORDER BY id_key LIMIT ?";
    private static final String SIGNED_BY = TABLE.select() + """

            WHERE primary_thumbprint = ? OR secondary_thumbprint = ?
               OR primary_authority_key IN (SELECT name_key FROM ca_certificates WHERE thumbprint = ?)
               OR secondary_authority_key IN (SELECT name_key FROM ca_certificates WHERE thumbprint = ?)
            ORDER BY id_key LIMIT 1""";

    private static final String LAST_OF =
            "SELECT group_key FROM registrations WHERE id_key = ? AND group_key IS NOT NULL";
    private static final String WITH_SHARED_KEYS = TABLE.select() + " WHERE attestation = ? ORDER BY id_key";

    private final Database database;
    private final EnrollmentColumns columns;
    private final AuthorityCache<Thumbprint, Optional<Enrollment.Group>> bySigner;
    private final AuthorityCache<String, List<Enrollment.Group>> byAttestation;

    public SqlEnrollmentGroups(Database database, Documents documents) {
        this.database = database;
        this.columns = new EnrollmentColumns(documents);
        this.bySigner = new AuthorityCache<>(database);
        this.byAttestation = new AuthorityCache<>(database);
    }

    @Override
    public Optional<Enrollment.Group> find(String id) {
        return database.read(sql -> TABLE.find(sql, this::read, Table.key(id)));
    }

    /** A change made by another node may show a second late. */
    @Override
    public Optional<Enrollment.Group> signedBy(Thumbprint authority) {
        String hex = authority.hex();
        return bySigner.get(
                authority, () -> database.read(sql -> sql.first(SIGNED_BY, this::read, hex, hex, hex, hex)));
    }

    /** As {@link #signedBy}. */
    @Override
    public List<Enrollment.Group> withSharedKeys() {
        String kind = EnrollmentColumns.SHARED_KEYS;
        return byAttestation.get(kind, () -> database.read(sql -> sql.all(WITH_SHARED_KEYS, this::read, kind)));
    }

    @Override
    public Optional<String> lastOf(RegistrationId device) {
        return database.read(sql -> sql.first(LAST_OF, Row::text, device.key()));
    }

    @Override
    public void put(Enrollment.Group group, Precondition precondition) {
        @Nullable
        Object[] values = Stream.of(
                        Stream.of(Table.key(group.id()), group.id()),
                        Arrays.stream(signers(group.attestation())),
                        columns.values(group))
                .flatMap(part -> part)
                .toArray();
        database.change(sql -> {
            TABLE.put(sql, precondition, title(group.id()), values);
            database.authoritiesChanged(sql);
        });
    }

    @Override
    public void delete(String id, Precondition precondition) {
        database.change(sql -> {
            TABLE.delete(sql, precondition, title(id), Refusal.Reason.ENROLLMENT_NOT_FOUND, Table.key(id));
            database.authoritiesChanged(sql);
        });
    }

    @Override
    public Page<Enrollment.Group> page(Page.Request request) {
        return Table.page(
                database.read(sql -> sql.all(PAGE, this::read, request.after().orElse(""), request.size() + 1)),
                request.size(),
                group -> Table.key(group.id()));
    }

    /** What the group is looked up by: thumbprints, subjects and names of CA certificates, primary and secondary. */
    private static @Nullable Object[] signers(Attestation attestation) {
        return switch (attestation) {
            case Attestation.SigningCertificates(Slots<Certificate> certificates) -> {
                Slots<String> thumbprints =
                        certificates.map(certificate -> certificate.thumbprint().hex());
                Slots<String> subjects = certificates.map(SqlKnownAuthorities::subjectKey);
                yield new @Nullable Object[] {
                    thumbprints.primary(), thumbprints.secondary(), subjects.primary(), subjects.secondary(), null, null
                };
            }
            case Attestation.CertificateAuthorities(Slots<String> names) -> {
                Slots<String> keys = names.map(Table::key);
                yield new @Nullable Object[] {null, null, null, null, keys.primary(), keys.secondary()};
            }
            case Attestation.ClientCertificates _, Attestation.SharedKeys _, Attestation.Tpm _ ->
                new @Nullable Object[] {null, null, null, null, null, null};
        };
    }

    private Enrollment.Group read(Row row) throws SQLException {
        row.skip(1);
        String id = row.text();
        row.skip(6);
        EnrollmentColumns.Parts parts = columns.read(row);
        return new Enrollment.Group(id, parts.attestation(), parts.settings(), parts.further(), parts.stamp());
    }

    private static String title(String id) {
        return "Enrollment group '" + id + "'";
    }
}
