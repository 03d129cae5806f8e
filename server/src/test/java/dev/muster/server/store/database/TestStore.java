package dev.muster.server.store.database;

import java.util.function.Supplier;

/** A store that a test can close and open again. */
public final class TestStore implements AutoCloseable {
    private final Supplier<Database> open;
    private Database database;

    TestStore(Supplier<Database> open) {
        this.open = open;
        this.database = open.get();
    }

    public Database database() {
        return database;
    }

    /** Closes it and opens it again, as a restart does. */
    public Database reopen() {
        database.close();
        database = open.get();
        return database;
    }

    /** Opens it a second time, as another node does. */
    public Database openAgain() {
        return open.get();
    }

    @Override
    public void close() {
        database.close();
    }
}
