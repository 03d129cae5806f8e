package dev.muster.server.store;

import dev.muster.hub.Renewal;
import dev.muster.hub.Renewal.Holder;
import dev.muster.hub.Renewal.Outcome;
import dev.muster.hub.Renewal.Wish;
import dev.muster.hub.StoredRenewals;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The newest renewal of each device in a database. Safe for any number of threads. */
public final class SqlRenewals implements StoredRenewals {
    private static final List<String> OTHERS = List.of(
            "generation_id",
            "request_id",
            "request",
            "correlation_id",
            "expires",
            "former",
            "certificate",
            "failure",
            "delivered");
    private static final String FIND =
            "SELECT " + String.join(", ", OTHERS) + " FROM renewals WHERE hub = ? AND device_id = ?";
    private static final String PUT = "INSERT INTO renewals (" + String.join(", ", OTHERS)
            + ", hub, device_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hub, device_id) DO UPDATE SET "
            + OTHERS.stream().map(column -> column + " = excluded." + column).collect(Collectors.joining(", "));

    private final Database database;

    public SqlRenewals(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Renewal> find(String hub, String deviceId) {
        return database.read(sql -> sql.first(FIND, row -> read(row, hub, deviceId), hub, deviceId));
    }

    @Override
    public void put(Renewal renewal) {
        OutcomeColumns outcome = columns(renewal.outcome());
        @Nullable
        Object[] values = {
            renewal.holder().generationId(),
            renewal.wish().requestId(),
            renewal.wish().csr(),
            renewal.correlationId(),
            Ticks.of(renewal.expires()),
            renewal.former().hex(),
            outcome.certificate,
            outcome.failure,
            outcome.delivered,
            renewal.holder().hub(),
            renewal.holder().deviceId()
        };
        database.change(sql -> sql.update(PUT, values));
    }

    /** An outcome as its columns. */
    private record OutcomeColumns(
            @Nullable String certificate, @Nullable String failure, boolean delivered) {}

    private static OutcomeColumns columns(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Pending() -> new OutcomeColumns(null, null, false);
            case Outcome.Issued(Thumbprint certificate, boolean delivered) ->
                new OutcomeColumns(certificate.hex(), null, delivered);
            case Outcome.Failed(String message, boolean delivered) -> new OutcomeColumns(null, message, delivered);
        };
    }

    private static Renewal read(Row row, String hub, String deviceId) throws SQLException {
        Holder holder = new Holder(hub, deviceId, row.text());
        Wish wish = new Wish(row.text(), row.text());
        String correlationId = row.text();
        Instant expires = row.instant();
        Thumbprint former = new Thumbprint(row.text());
        Optional<Thumbprint> certificate = row.optionalText().map(Thumbprint::new);
        Optional<String> failure = row.optionalText();
        boolean delivered = row.flag();
        Outcome outcome = certificate
                .<Outcome>map(thumbprint -> new Outcome.Issued(thumbprint, delivered))
                .or(() -> failure.map(message -> new Outcome.Failed(message, delivered)))
                .orElseGet(Outcome.Pending::new);
        return new Renewal(holder, wish, correlationId, expires, former, outcome);
    }
}
