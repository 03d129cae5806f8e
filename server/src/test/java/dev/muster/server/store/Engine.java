package dev.muster.server.store;

import java.nio.file.Path;

/** The databases that every contract test is run against. */
enum Engine {
    SQLITE {
        @Override
        TestStore create(Path directory) {
            Path file = directory.resolve("muster.db");
            return new TestStore(() -> SqliteDatabase.open(file));
        }
    },
    POSTGRESQL {
        @Override
        TestStore create(Path directory) {
            String url = PostgresServer.running().createSchema();
            return new TestStore(() -> PostgresDatabase.open(url, PostgresServer.USER, PostgresServer.PASSWORD));
        }
    };

    /** A store without any content. */
    abstract TestStore create(Path directory);
}
