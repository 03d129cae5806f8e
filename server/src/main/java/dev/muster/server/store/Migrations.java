package dev.muster.server.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables of a database up to date. */
final class Migrations {
    private Migrations() {}

    /**
     * @param dialect names the folder with the scripts
     * @throws org.flywaydb.core.api.FlywayException when they are of a newer version, or not what this made
     */
    static void apply(DataSource source, String dialect) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration/" + dialect)
                // By default, tables of a newer version than this one would pass.
                .ignoreMigrationPatterns(new String[0])
                .load()
                .migrate();
    }
}
