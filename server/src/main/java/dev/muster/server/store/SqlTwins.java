package dev.muster.server.store;

import dev.muster.hub.Twin;
import dev.muster.hub.TwinSection;
import dev.muster.hub.TwinSection.Written;
import dev.muster.hub.Twins;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.StoreFailure;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The twins of all hubs in a database. Safe for any number of threads. */
public final class SqlTwins implements Twins {
    private static final String COLUMNS = "version, tags, desired, desired_written, desired_version, reported,"
            + " reported_written, reported_version";
    private static final String FIND = "SELECT " + COLUMNS + " FROM twins WHERE hub = ? AND device_id = ?";
    private static final String BETWEEN =
            "SELECT device_id, " + COLUMNS + " FROM twins WHERE hub = ? AND device_id BETWEEN ? AND ?";
    private static final String PUT = "INSERT INTO twins (hub, device_id, " + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hub, device_id) DO UPDATE SET"
            + " version = excluded.version, tags = excluded.tags, desired = excluded.desired,"
            + " desired_written = excluded.desired_written, desired_version = excluded.desired_version,"
            + " reported = excluded.reported, reported_written = excluded.reported_written,"
            + " reported_version = excluded.reported_version";
    private static final String DELETE = "DELETE FROM twins WHERE hub = ? AND device_id = ?";

    private final Database database;
    private final Documents documents;

    public SqlTwins(Database database, Documents documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public Optional<Twin> find(String hub, String deviceId) {
        return database.read(sql -> sql.first(FIND, this::read, hub, deviceId));
    }

    @Override
    public Map<String, Twin> between(String hub, String firstDeviceId, String lastDeviceId) {
        return database
                .read(sql ->
                        sql.all(BETWEEN, row -> Map.entry(row.text(), read(row)), hub, firstDeviceId, lastDeviceId))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public void put(String hub, String deviceId, Twin twin) {
        database.change(sql -> sql.update(
                PUT,
                hub,
                deviceId,
                twin.version(),
                documents.print(twin.tags()),
                documents.print(twin.desired().values()),
                documents.print(print(twin.desired().written())),
                twin.desired().version(),
                documents.print(twin.reported().values()),
                documents.print(print(twin.reported().written())),
                twin.reported().version()));
    }

    @Override
    public void delete(String hub, String deviceId) {
        database.change(sql -> sql.update(DELETE, hub, deviceId));
    }

    private Twin read(Row row) throws SQLException {
        return new Twin(row.number(), documents.parse(row.bytes()), readSection(row), readSection(row));
    }

    private TwinSection readSection(Row row) throws SQLException {
        return new TwinSection(documents.parse(row.bytes()), parse(documents.parse(row.bytes())), row.number());
    }

    private static Map<String, Object> print(Written written) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("at", Ticks.of(written.at()));
        document.put("version", written.version());
        if (!written.members().isEmpty()) {
            Map<String, Object> members = new LinkedHashMap<>();
            written.members().forEach((name, member) -> members.put(name, print(member)));
            document.put("members", members);
        }
        return document;
    }

    private static Written parse(Map<?, ?> document) {
        Map<String, Written> members = new LinkedHashMap<>();
        if (document.get("members") instanceof Map<?, ?> printed) {
            printed.forEach((name, member) -> members.put(String.valueOf(name), parse((Map<?, ?>) member)));
        }
        return new Written(Ticks.toInstant(number(document, "at")), number(document, "version"), members);
    }

    private static long number(Map<?, ?> document, String name) {
        if (document.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new StoreFailure("a twin's row has no '" + name + "'");
    }
}
