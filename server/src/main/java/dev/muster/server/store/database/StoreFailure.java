package dev.muster.server.store.database;

import java.sql.SQLException;

/** The database could not do what it must: a full disk, a lost server, a defect. Nobody asked for it, so no refusal. */
public final class StoreFailure extends RuntimeException {
    StoreFailure(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreFailure(String message) {
        super(message);
    }

    /** Whether the database gave up in favor of another transaction, so that trying again can help. */
    boolean isConflict() {
        // Class 40 is "transaction rollback": serialization failures and deadlocks.
        return getCause() instanceof SQLException e
                && e.getSQLState() != null
                && e.getSQLState().startsWith("40");
    }
}
