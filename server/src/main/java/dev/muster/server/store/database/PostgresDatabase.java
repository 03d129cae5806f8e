package dev.muster.server.store.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The store of many nodes: a PostgreSQL database. Every call takes a connection from a pool; transactions that lost a
 * conflict are run again.
 */
public final class PostgresDatabase extends Database {
    private static final int CONNECTIONS = 16;
    private static final int MAX_TRIES = 50;
    private static final int MAX_PAUSE_MILLIS = 5;

    private final HikariDataSource pool;

    /** Held by those that try again: losers that queue up do not make each other lose. */
    private final ReentrantLock secondTry = new ReentrantLock(true);

    /**
     * Connects and brings the tables up to date.
     *
     * @param url such as {@code jdbc:postgresql://host/database}
     * @throws StoreFailure when the database cannot be used
     */
    public static PostgresDatabase open(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("muster-store");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(config);
            Migrations.apply(pool, Migrations.Dialect.POSTGRESQL);
            return new PostgresDatabase(pool);
        } catch (RuntimeException e) {
            if (pool != null) {
                pool.close();
            }
            throw new StoreFailure("the PostgreSQL store could not be opened", e);
        }
    }

    private PostgresDatabase(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Other nodes write too, and tell nobody. */
    @Override
    public Duration authoritiesFreshness() {
        return Duration.ofSeconds(1);
    }

    @Override
    <T> T transact(Supplier<T> work) {
        return commit(sql -> {
            // Then whoever overwrites what another has changed since is told, instead of undoing it.
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            return work.get();
        });
    }

    @Override
    <T> CompletableFuture<T> startTransaction(Supplier<T> work) {
        return CompletableFuture.supplyAsync(() -> transact(work), Thread::startVirtualThread);
    }

    @Override
    <T> T store(Function<Sql, T> work) {
        return commit(work);
    }

    @Override
    <T> T query(Function<Sql, T> work) {
        try (Sql sql = new Sql(pool.getConnection())) {
            return work.apply(sql);
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private <T> T commit(Function<Sql, T> work) {
        try {
            return tryOnce(work);
        } catch (StoreFailure e) {
            if (!e.isConflict()) {
                throw e;
            }
            return tryAgain(work);
        }
    }

    private <T> T tryAgain(Function<Sql, T> work) {
        secondTry.lock();
        try {
            for (int tries = 2; ; tries++) {
                pause();
                try {
                    return tryOnce(work);
                } catch (StoreFailure e) {
                    if (!e.isConflict() || tries == MAX_TRIES) {
                        throw e;
                    }
                }
            }
        } finally {
            secondTry.unlock();
        }
    }

    private <T> T tryOnce(Function<Sql, T> work) {
        try (Connection connection = pool.getConnection();
                Sql sql = new Sql(connection)) {
            connection.setAutoCommit(false);
            try {
                T value = ScopedValue.where(current, sql).call(() -> work.apply(sql));
                connection.commit();
                sql.runAfterCommit();
                return value;
            } finally {
                // Does nothing after a commit.
                connection.rollback();
            }
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(MAX_PAUSE_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailure("interrupted while waiting to try again", e);
        }
    }

    private static StoreFailure unreachable(SQLException cause) {
        return new StoreFailure("the PostgreSQL store did not do as it was told", cause);
    }
}
