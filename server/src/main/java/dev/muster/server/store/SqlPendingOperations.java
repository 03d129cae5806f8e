package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.registration.Origin;
import dev.muster.registration.PendingOperation;
import dev.muster.registration.PendingOperation.Brought;
import dev.muster.registration.PendingOperation.Progress;
import dev.muster.registration.PendingOperations;
import dev.muster.registration.Recognition;
import dev.muster.server.store.SqlDeviceIdentities.AuthenticationColumns;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The backlog in a database. Safe for any number of threads. */
public final class SqlPendingOperations implements PendingOperations {
    /** A document is an object, and what a device sends may be any value. */
    private static final String PAYLOAD = "payload";

    private static final Table TABLE = new Table(
            "pending_operations",
            List.of("id_key"),
            List.of(
                    "due",
                    "claimant",
                    "id",
                    "registration_etag",
                    "authentication",
                    "primary_credential",
                    "secondary_credential",
                    "certificates",
                    "leaf",
                    "payload",
                    "csr",
                    "origin_id",
                    "peer",
                    "transport",
                    "chain",
                    "waits_for",
                    "failures"));
    private static final String DUE = TABLE.select() + " WHERE due <= ?";
    private static final String CLAIM = "UPDATE pending_operations SET claimant = ?, due = ?"
            + " WHERE id_key = ? AND registration_etag = ? AND due = ?";
    private static final String RENEW =
            "UPDATE pending_operations SET due = ? WHERE id_key = ? AND registration_etag = ? AND claimant = ?";
    private static final String RELEASE = "UPDATE pending_operations SET due = ?, claimant = NULL WHERE claimant = ?";
    private static final String REMOVE =
            "DELETE FROM pending_operations WHERE id_key = ? AND registration_etag = ? AND claimant = ?";

    private final Database database;
    private final Documents documents;

    public SqlPendingOperations(Database database, Documents documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public void put(PendingOperation operation, Instant due) {
        AuthenticationColumns authentication =
                SqlDeviceIdentities.columns(operation.recognition().authentication());
        Brought brought = operation.brought();
        Origin origin = operation.origin();
        @Nullable
        Object[] values = {
            operation.id().key(),
            Ticks.of(due),
            null,
            operation.id().value(),
            operation.registration().value(),
            authentication.kind(),
            authentication.primary(),
            authentication.secondary(),
            Thumbprints.print(operation.recognition().certificates()),
            brought.leaf().map(Certificate::der).orElse(null),
            brought.payload()
                    .map(payload -> documents.print(Map.of(PAYLOAD, payload)))
                    .orElse(null),
            brought.csr().orElse(null),
            origin.registrationId(),
            origin.peer(),
            origin.transport(),
            String.join("\n", origin.chain().stream().map(SqlAttempts::clip).toList()),
            operation.progress().waitsFor(),
            operation.progress().failures()
        };
        database.change(sql -> TABLE.put(sql, new Precondition.Always(), "The operation", values));
    }

    /** Looks first: mostly there is nothing to claim, and nothing to write then. */
    @Override
    public List<PendingOperation> claim(String claimant, Instant now, Instant until, int limit, Set<String> except) {
        List<Found> due = due(now, limit, except);
        if (due.isEmpty()) {
            return List.of();
        }
        return database.write(sql -> due.stream()
                .filter(found -> sql.update(
                                CLAIM,
                                claimant,
                                Ticks.of(until),
                                found.operation.id().key(),
                                found.operation.registration().value(),
                                found.due)
                        == 1)
                .map(Found::operation)
                .toList());
    }

    @Override
    public void renew(String claimant, Collection<PendingOperation> claimed, Instant until) {
        database.change(sql -> claimed.forEach(operation -> sql.update(
                RENEW,
                Ticks.of(until),
                operation.id().key(),
                operation.registration().value(),
                claimant)));
    }

    @Override
    public void release(String claimant, Instant now) {
        database.change(sql -> sql.update(RELEASE, Ticks.of(now), claimant));
    }

    @Override
    public boolean remove(RegistrationId id, Etag registration, String claimant) {
        return database.write(sql -> sql.update(REMOVE, id.key(), registration.value(), claimant)) == 1;
    }

    /** A piece as it was when it was due. */
    private record Found(PendingOperation operation, long due) {}

    private List<Found> due(Instant now, int limit, Set<String> except) {
        List<String> busy = List.copyOf(except);
        String notFor = busy.isEmpty()
                ? ""
                : " AND waits_for NOT IN (" + String.join(", ", Collections.nCopies(busy.size(), "?")) + ")";
        Object[] arguments = Stream.of(Stream.of(Ticks.of(now)), busy.stream(), Stream.of(limit))
                .flatMap(part -> part)
                .toArray();
        return database.read(sql -> sql.all(DUE + notFor + " ORDER BY due LIMIT ?", this::read, arguments));
    }

    private Found read(Row row) throws SQLException {
        row.skip(1);
        long due = row.number();
        row.skip(1);
        return new Found(
                new PendingOperation(
                        new RegistrationId(row.text()),
                        new Etag(row.text()),
                        new Recognition(
                                SqlDeviceIdentities.readAuthentication(row), Thumbprints.parse(row.optionalText())),
                        new Brought(
                                row.optionalBytes().map(Certificate::parse),
                                readPayload(row.optionalBytes()),
                                row.optionalText()),
                        new Origin(
                                row.text(),
                                row.text(),
                                row.text(),
                                row.text().lines().toList()),
                        new Progress(row.text(), (int) row.number())),
                due);
    }

    private Optional<Object> readPayload(Optional<byte[]> document) {
        return document.map(documents::parse).map(object -> object.get(PAYLOAD));
    }
}
