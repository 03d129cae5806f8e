package dev.muster.server.store.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of the tests' own, from Maven Central, which ends with them. PostgreSQL does not run as root; there, the
 * library runs it in a user namespace of its own.
 */
final class PostgresServer {
    static final String USER = "postgres";
    static final String PASSWORD = "postgres";

    private static @Nullable PostgresServer running;

    private final EmbeddedPostgres server;
    private final AtomicInteger schemas = new AtomicInteger();

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    static synchronized PostgresServer running() {
        if (running == null) {
            try {
                running = new PostgresServer(EmbeddedPostgres.builder()
                        // A busy machine needs more than the ten seconds of the default.
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "200")
                        .start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }

    /** @return the JDBC URL of a new and empty schema, which is as good as a database and sooner made */
    String createSchema() {
        String name = "store" + schemas.incrementAndGet();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return server.getJdbcUrl(USER, "postgres") + "&currentSchema=" + name;
    }
}
