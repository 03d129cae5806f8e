package dev.muster.server.store;

import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import java.util.function.Supplier;

/** Named values that are made once and stay, such as the id scope. Safe for any number of threads and nodes. */
public final class SqlSettings {
    private static final String FIND = "SELECT value FROM settings WHERE name = ?";
    private static final String CREATE =
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING";

    private final Database database;

    public SqlSettings(Database database) {
        this.database = database;
    }

    /** The value of that name; made and stored if there is none yet. Everyone gets the same, whoever came first. */
    public byte[] getOrCreate(String name, Supplier<byte[]> make) {
        return database.read(sql -> sql.first(FIND, Row::bytes, name)).orElseGet(() -> create(name, make.get()));
    }

    private byte[] create(String name, byte[] value) {
        return database.write(sql -> {
            sql.update(CREATE, name, value);
            return sql.first(FIND, Row::bytes, name).orElseThrow();
        });
    }
}
