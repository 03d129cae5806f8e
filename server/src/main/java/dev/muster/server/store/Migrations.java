package dev.muster.server.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables of a database up to date. */
final class Migrations {
    private Migrations() {}

    /** @param dialect names the folder with the scripts */
    static void apply(DataSource source, String dialect) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration/" + dialect)
                .load()
                .migrate();
    }
}
