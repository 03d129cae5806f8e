package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificates;
import dev.muster.enrollment.Enrollment;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.certificate.SqlKnownAuthorities;
import dev.muster.server.store.database.AuthorityCache;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Uploaded CA certificates in a database. Safe for any number of threads. */
public final class SqlCaCertificates implements CaCertificates {
    private static final Table TABLE = new Table(
            "ca_certificates",
            List.of("name_key"),
            List.of(
                    "thumbprint",
                    "subject_key",
                    "name",
                    "certificate",
                    "verification_code",
                    "verified",
                    "etag",
                    "created",
                    "updated"));
    private static final String LIST = TABLE.select() + " ORDER BY name_key";
    private static final String VERIFIED = "SELECT 1 FROM ca_certificates WHERE thumbprint = ? AND verified LIMIT 1";

    private final Database database;
    private final AuthorityCache<Thumbprint, Boolean> verified;

    public SqlCaCertificates(Database database) {
        this.database = database;
        this.verified = new AuthorityCache<>(database);
    }

    @Override
    public Optional<CaCertificate> find(String name) {
        return database.read(sql -> TABLE.find(sql, SqlCaCertificates::read, Table.key(name)));
    }

    @Override
    public List<CaCertificate> list() {
        return database.read(sql -> sql.all(LIST, SqlCaCertificates::read));
    }

    @Override
    public void put(CaCertificate certificate, Precondition precondition) {
        @Nullable
        Object[] values = {
            Table.key(certificate.name()),
            certificate.certificate().thumbprint().hex(),
            SqlKnownAuthorities.subjectKey(certificate.certificate()),
            certificate.name(),
            certificate.certificate().der(),
            certificate.verificationCode().orElse(null),
            certificate.verified(),
            certificate.stamp().etag().value(),
            Ticks.of(certificate.stamp().created()),
            Ticks.of(certificate.stamp().updated())
        };
        database.change(sql -> {
            TABLE.put(sql, precondition, title(certificate.name()), values);
            database.authoritiesChanged(sql);
        });
    }

    @Override
    public void delete(String name, Precondition precondition) {
        database.change(sql -> {
            TABLE.delete(sql, precondition, title(name), Refusal.Reason.ENROLLMENT_NOT_FOUND, Table.key(name));
            database.authoritiesChanged(sql);
        });
    }

    /** A change made by another node may show a second late. */
    @Override
    public boolean isVerified(Thumbprint thumbprint) {
        return verified.get(
                thumbprint,
                () -> database.read(sql -> sql.first(VERIFIED, Row::number, thumbprint.hex()))
                        .isPresent());
    }

    private static CaCertificate read(Row row) throws SQLException {
        row.skip(3);
        return new CaCertificate(
                row.text(),
                Certificate.parse(row.bytes()),
                row.optionalText(),
                row.flag(),
                new Enrollment.Stamp(new Etag(row.text()), row.instant(), row.instant()));
    }

    private static String title(String name) {
        return "CA certificate '" + name + "'";
    }
}
