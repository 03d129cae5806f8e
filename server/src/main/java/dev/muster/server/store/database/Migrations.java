package dev.muster.server.store.database;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables of a database up to date. */
final class Migrations {
    private Migrations() {}

    /** What the databases call differently; the scripts have placeholders for it. */
    record Dialect(String key, String bytes, String serial) {
        static final Dialect SQLITE = new Dialect("TEXT", "BLOB", "INTEGER PRIMARY KEY AUTOINCREMENT");
        static final Dialect POSTGRESQL =
                new Dialect("TEXT COLLATE \"C\"", "BYTEA", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    }

    /** @throws org.flywaydb.core.api.FlywayException when they are of a newer version, or not what this made */
    static void apply(DataSource source, Dialect dialect) {
        Flyway.configure()
                .dataSource(source)
                .placeholders(Map.of("key", dialect.key(), "bytes", dialect.bytes(), "serial", dialect.serial()))
                // By default, tables of a newer version than this one would pass.
                .ignoreMigrationPatterns(new String[0])
                .load()
                .migrate();
    }
}
