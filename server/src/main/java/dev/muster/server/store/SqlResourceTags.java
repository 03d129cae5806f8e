package dev.muster.server.store;

import dev.muster.registration.ResourceTags;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tags of the provisioning service, as one of a database's settings. Safe for any number of threads and nodes. */
public final class SqlResourceTags implements ResourceTags {
    private static final String NAME = "resource-tags";
    private static final String FIND = "SELECT value FROM settings WHERE name = ?";
    private static final String PUT = "INSERT INTO settings (name, value) VALUES (?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    private final Database database;
    private final Documents documents;

    public SqlResourceTags(Database database, Documents documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public Map<String, String> all() {
        Map<String, String> tags = new LinkedHashMap<>();
        database.read(sql -> sql.first(FIND, Row::bytes, NAME))
                .map(documents::parse)
                .ifPresent(stored -> stored.forEach((name, value) -> tags.put(name, String.valueOf(value))));
        return tags;
    }

    @Override
    public void replaceAll(Map<String, String> tags) {
        byte[] value = documents.print(new LinkedHashMap<>(tags));
        database.change(sql -> sql.update(PUT, NAME, value));
    }
}
