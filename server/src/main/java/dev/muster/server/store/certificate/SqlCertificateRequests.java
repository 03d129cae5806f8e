package dev.muster.server.store.certificate;

import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.certification.CertificateRequest;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.certification.CertificateRequests;
import dev.muster.pki.Csr;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What owners decide on, in a database. Safe for any number of threads. */
public final class SqlCertificateRequests implements CertificateRequests {
    private static final String COLUMNS =
            "id, authority, device, request, basis, basis_id, address, asked, expires, state, since, detail";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM certificate_requests";
    private static final String FIND = SELECT + " WHERE id = ?";
    private static final String OF_DEVICE = SELECT + " WHERE device_key = ? ORDER BY asked, id";
    private static final String LIST = SELECT + " WHERE (asked, id) > (?, ?) ORDER BY asked, id LIMIT ?";
    private static final String LIST_WAITING =
            SELECT + " WHERE (asked, id) > (?, ?) AND state = 'waiting' ORDER BY asked, id LIMIT ?";
    private static final String PUT = "INSERT INTO certificate_requests (device_key, " + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            + " expires = excluded.expires, state = excluded.state, since = excluded.since, detail = excluded.detail";
    private static final String DELETE = "DELETE FROM certificate_requests WHERE id = ?";
    private static final String COUNT = "SELECT COUNT(*) FROM certificate_requests";
    private static final String EXPIRE = "DELETE FROM certificate_requests WHERE expires <= ?";

    private static final Pattern KEY = Pattern.compile("-?\\d{1,18} [0-9a-f]{32}");

    private final Database database;

    public SqlCertificateRequests(Database database) {
        this.database = database;
    }

    @Override
    public Optional<CertificateRequest> find(String id) {
        return database.read(sql -> sql.first(FIND, SqlCertificateRequests::read, id));
    }

    @Override
    public void put(CertificateRequest request) {
        database.change(sql -> sql.update(
                PUT,
                Table.key(request.device()),
                request.id(),
                request.authority(),
                request.device(),
                request.request().der(),
                request.basis().kind().name(),
                request.basis().id(),
                request.address(),
                Ticks.of(request.asked()),
                Ticks.of(request.expires()),
                name(request.state()),
                since(request.state()).map(Ticks::of).orElse(null),
                detail(request.state()).orElse(null)));
    }

    @Override
    public void delete(String id) {
        database.change(sql -> sql.update(DELETE, id));
    }

    @Override
    public List<CertificateRequest> of(String device) {
        return database.read(sql -> sql.all(OF_DEVICE, SqlCertificateRequests::read, Table.key(device)));
    }

    /**
     * Continues after the moment and the id of the last one.
     *
     * @throws Refusal INVALID_ARGUMENT when the request continues after something else
     */
    @Override
    public Page<CertificateRequest> list(boolean undecidedOnly, Page.Request page) {
        if (page.after().filter(after -> !KEY.matcher(after).matches()).isPresent()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The list cannot be continued after this.");
        }
        String[] after = page.after().orElse("0 ").split(" ", 2);
        return Table.page(
                database.read(sql -> sql.all(
                        undecidedOnly ? LIST_WAITING : LIST,
                        SqlCertificateRequests::read,
                        Long.parseLong(after[0]),
                        after[1],
                        page.size() + 1)),
                page.size(),
                request -> Ticks.of(request.asked()) + " " + request.id());
    }

    @Override
    public long count() {
        return database.read(sql -> sql.first(COUNT, Row::number).orElse(0L));
    }

    @Override
    public void expire(Instant now) {
        database.change(sql -> sql.update(EXPIRE, Ticks.of(now)));
    }

    private static String name(State state) {
        return switch (state) {
            case State.Waiting() -> "waiting";
            case State.Approved _ -> "approved";
            case State.Denied _ -> "denied";
            case State.Issued _ -> "issued";
        };
    }

    private static Optional<Instant> since(State state) {
        return switch (state) {
            case State.Waiting() -> Optional.empty();
            case State.Approved(Instant since) -> Optional.of(since);
            case State.Denied(Instant since, var _) -> Optional.of(since);
            case State.Issued(Instant since, var _) -> Optional.of(since);
        };
    }

    private static Optional<String> detail(State state) {
        return switch (state) {
            case State.Waiting(), State.Approved _ -> Optional.empty();
            case State.Denied(var _, String reason) -> Optional.of(reason);
            case State.Issued(var _, Thumbprint certificate) -> Optional.of(certificate.hex());
        };
    }

    private static CertificateRequest read(Row row) throws SQLException {
        return new CertificateRequest(
                row.text(),
                row.text(),
                row.text(),
                Csr.parse(row.bytes()),
                new Basis(Basis.Kind.valueOf(row.text()), row.text()),
                row.text(),
                row.instant(),
                row.instant(),
                state(row));
    }

    private static State state(Row row) throws SQLException {
        String name = row.text();
        return switch (name) {
            case "waiting" -> new State.Waiting();
            case "approved" -> new State.Approved(row.instant());
            case "denied" -> new State.Denied(row.instant(), row.text());
            case "issued" -> new State.Issued(row.instant(), new Thumbprint(row.text()));
            default -> throw new SQLException("a certificate request is in no state '" + name + "'");
        };
    }
}
