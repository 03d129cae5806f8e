package dev.muster.server.store.certificate;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificates;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The record of issued certificates in a database. Safe for any number of threads. */
public final class SqlIssuedCertificates implements IssuedCertificates {
    private static final String COLUMNS = "issuer, authority, subject, basis, basis_id, certificate, issued";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM issued_certificates";
    private static final String FIND = SELECT + " WHERE thumbprint = ?";
    private static final String FIND_SERIAL = SELECT + " WHERE issuer = ? AND serial = ?";
    private static final String OF_SUBJECT = SELECT + " WHERE subject_key = ? ORDER BY issued DESC";
    private static final String EXPIRING = SELECT
            + " WHERE (not_after, thumbprint) > (?, ?) AND not_after < ?"
            + " ORDER BY not_after, thumbprint LIMIT ?";
    private static final String COUNT = "SELECT COUNT(*) FROM issued_certificates WHERE issuer = ?";
    private static final String ADD = "INSERT INTO issued_certificates (thumbprint, serial, subject_key, not_after, "
            + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final Pattern KEY = Pattern.compile("-?\\d{1,18} [0-9A-F]{64}");

    private final Database database;

    public SqlIssuedCertificates(Database database) {
        this.database = database;
    }

    @Override
    public void add(IssuedCertificate issued) {
        Certificate certificate = issued.certificate();
        database.change(sql -> sql.update(
                ADD,
                certificate.thumbprint().hex(),
                serial(certificate.x509().getSerialNumber()),
                Table.key(issued.subject()),
                Ticks.of(certificate.notAfter()),
                issued.issuer().hex(),
                issued.authority(),
                issued.subject(),
                issued.basis().kind().name(),
                issued.basis().id(),
                certificate.der(),
                Ticks.of(issued.issued())));
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return database.read(sql -> sql.first(FIND, SqlIssuedCertificates::read, certificate.hex()));
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint issuer, BigInteger serial) {
        return database.read(sql -> sql.first(FIND_SERIAL, SqlIssuedCertificates::read, issuer.hex(), serial(serial)));
    }

    @Override
    public List<IssuedCertificate> of(String subject) {
        return database.read(sql -> sql.all(OF_SUBJECT, SqlIssuedCertificates::read, Table.key(subject)));
    }

    @Override
    public long count(Thumbprint issuer) {
        return database.read(sql -> sql.first(COUNT, Row::number, issuer.hex()).orElse(0L));
    }

    /**
     * Continues after the moment and the thumbprint of the last one.
     *
     * @throws Refusal INVALID_ARGUMENT when the request continues after something else
     */
    @Override
    public Page<IssuedCertificate> expiring(Instant from, Instant to, Page.Request request) {
        if (request.after().filter(after -> !KEY.matcher(after).matches()).isPresent()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The list cannot be continued after this.");
        }
        String[] after = request.after().orElse(Ticks.of(from) - 1 + " ").split(" ", 2);
        return Table.page(
                database.read(sql -> sql.all(
                        EXPIRING,
                        SqlIssuedCertificates::read,
                        Long.parseLong(after[0]),
                        after[1],
                        Ticks.of(to),
                        request.size() + 1)),
                request.size(),
                issued -> Ticks.of(issued.certificate().notAfter()) + " "
                        + issued.certificate().thumbprint().hex());
    }

    private static String serial(BigInteger serial) {
        return serial.toString(16);
    }

    private static IssuedCertificate read(Row row) throws SQLException {
        Thumbprint issuer = new Thumbprint(row.text());
        String authority = row.text();
        String subject = row.text();
        Basis basis = new Basis(Basis.Kind.valueOf(row.text()), row.text());
        return new IssuedCertificate(Certificate.parse(row.bytes()), issuer, authority, subject, basis, row.instant());
    }
}
