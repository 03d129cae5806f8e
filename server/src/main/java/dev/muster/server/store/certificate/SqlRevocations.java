package dev.muster.server.store.certificate;

import dev.muster.authority.Revocation;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocation.Place;
import dev.muster.authority.RevocationLog;
import dev.muster.base.Page;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Revocations in a database. Safe for any number of threads and nodes. */
public final class SqlRevocations implements RevocationLog {
    private static final List<String> COLUMNS = List.of(
            "change_number",
            "issuer",
            "serial",
            "not_after",
            "subject",
            "authority_certificate",
            "may_issue",
            "reason",
            "invalidity",
            "revoked_by",
            "note",
            "revoked",
            "released");
    private static final Table TABLE = new Table("revocations", List.of("thumbprint"), COLUMNS);
    private static final String PUT = TABLE.upsert(COLUMNS);

    /**
     * Locks its row until the change is committed. So changes become visible in the order of their numbers, and no
     * follower passes over one that is late.
     */
    private static final String NEXT =
            "UPDATE revocation_changes SET last_number = last_number + 1 WHERE id = 1 RETURNING last_number";

    private static final String AFTER = TABLE.select() + " WHERE change_number > ? ORDER BY change_number LIMIT ?";
    private static final String FIND_SERIAL = TABLE.select() + " WHERE issuer = ? AND serial = ?";
    private static final String OF_ISSUER = TABLE.select() + " WHERE issuer = ? AND not_after >= ?";
    private static final String LATEST =
            "SELECT change_number FROM revocations WHERE issuer = ? ORDER BY change_number DESC LIMIT 1";
    private static final String LIST = TABLE.select() + " WHERE change_number < ? ORDER BY change_number DESC LIMIT ?";

    private final Database database;

    public SqlRevocations(Database database) {
        this.database = database;
    }

    /** A row and the number of its last change. */
    private record Numbered(long number, Revocation revocation) {}

    @Override
    public void put(Revocation revocation) {
        Optional<Place> place = revocation.place();
        Grounds grounds = revocation.grounds();
        database.change(sql -> {
            @Nullable
            Object[] values = {
                revocation.certificate().hex(),
                sql.first(NEXT, Row::number).orElseThrow(),
                place.map(where -> where.issuer().hex()).orElse(null),
                place.map(where -> where.serial().toString(16)).orElse(null),
                place.map(where -> Ticks.of(where.notAfter())).orElse(null),
                revocation.subject(),
                revocation.authority().map(Certificate::der).orElse(null),
                revocation.mayIssue(),
                grounds.reason().name(),
                grounds.invalidity().map(Ticks::of).orElse(null),
                grounds.by(),
                grounds.note(),
                Ticks.of(revocation.time()),
                revocation.released().map(Ticks::of).orElse(null)
            };
            sql.update(PUT, values);
        });
    }

    @Override
    public Optional<Revocation> find(Thumbprint certificate) {
        return database.read(sql -> TABLE.find(sql, SqlRevocations::read, certificate.hex()))
                .map(Numbered::revocation);
    }

    @Override
    public Optional<Revocation> find(Thumbprint issuer, BigInteger serial) {
        return database.read(
                sql -> sql.first(FIND_SERIAL, row -> read(row).revocation(), issuer.hex(), serial.toString(16)));
    }

    @Override
    public Changes after(long number, int limit) {
        List<Numbered> rows = database.read(sql -> sql.all(AFTER, SqlRevocations::read, number, limit));
        return new Changes(
                rows.stream().map(Numbered::revocation).toList(),
                rows.isEmpty() ? number : rows.getLast().number());
    }

    @Override
    public List<Revocation> of(Thumbprint issuer, Instant expiring) {
        return database.read(
                sql -> sql.all(OF_ISSUER, row -> read(row).revocation(), issuer.hex(), Ticks.of(expiring)));
    }

    @Override
    public long latest(Thumbprint issuer) {
        return database.read(sql -> sql.first(LATEST, Row::number, issuer.hex()))
                .orElse(0L);
    }

    @Override
    public Page<Revocation> list(Page.Request request) {
        long before = request.after().map(Long::parseLong).orElse(Long.MAX_VALUE);
        Page<Numbered> page = Table.page(
                database.read(sql -> sql.all(LIST, SqlRevocations::read, before, request.size() + 1)),
                request.size(),
                row -> Long.toString(row.number()));
        return new Page<>(page.items().stream().map(Numbered::revocation).toList(), page.next());
    }

    private static Numbered read(Row row) throws SQLException {
        Thumbprint certificate = new Thumbprint(row.text());
        long number = row.number();
        Optional<Thumbprint> issuer = row.optionalText().map(Thumbprint::new);
        Optional<BigInteger> serial = row.optionalText().map(hex -> new BigInteger(hex, 16));
        Optional<Instant> notAfter = row.optionalInstant();
        String subject = row.text();
        Optional<Certificate> authority = row.optionalBytes().map(Certificate::parse);
        boolean mayIssue = row.flag();
        RevocationReason reason = RevocationReason.valueOf(row.text());
        Optional<Instant> invalidity = row.optionalInstant();
        Grounds grounds = new Grounds(reason, invalidity, row.text(), row.text());
        return new Numbered(
                number,
                new Revocation(
                        certificate,
                        issuer.map(thumbprint -> new Place(thumbprint, serial.orElseThrow(), notAfter.orElseThrow())),
                        subject,
                        authority,
                        mayIssue,
                        grounds,
                        row.instant(),
                        row.optionalInstant()));
    }
}
