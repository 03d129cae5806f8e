package dev.muster.server.store.database;

import java.nio.file.Path;

/** The databases that every contract test is run against. */
public enum Engine {
    SQLITE {
        @Override
        public TestStore create(Path directory) {
            Path file = directory.resolve("muster.db");
            return new TestStore(() -> SqliteDatabase.open(file));
        }
    },
    POSTGRESQL {
        @Override
        public TestStore create(Path directory) {
            String url = PostgresServer.running().createSchema();
            return new TestStore(() -> PostgresDatabase.open(url, PostgresServer.USER, PostgresServer.PASSWORD));
        }
    };

    /** A store without any content. */
    public abstract TestStore create(Path directory);
}
