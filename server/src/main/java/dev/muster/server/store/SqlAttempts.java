package dev.muster.server.store;

import dev.muster.base.Explanation;
import dev.muster.registration.Attempt;
import dev.muster.registration.Attempts;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Repetition;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Sql;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The newest attempts in a database. {@link #record} only queues; a thread of its own stores what is queued, many at a
 * time. Safe for any number of threads.
 */
public final class SqlAttempts implements Attempts, AutoCloseable {
    /** Enough for all that an owner can look through. */
    public static final int DEFAULT_BOUND = 100_000;

    private static final int MAX_QUEUED = 20_000;
    private static final int MAX_BATCH = 500;
    private static final Duration FLUSH_PAUSE = Duration.ofMillis(200);

    /** Devices choose these texts, and they are for people to read. */
    private static final int MAX_TEXT = 1_000;

    private static final String COLUMNS = "registration_id, time, tracking_id, peer, transport, chain, enrollment,"
            + " succeeded, outcome, subject, rule, remedy";
    private static final String INSERT =
            "INSERT INTO attempts (registration_key, " + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String TRIM = "DELETE FROM attempts WHERE id <= (SELECT max(id) FROM attempts) - ?";
    private static final String OF =
            "SELECT " + COLUMNS + " FROM attempts WHERE registration_key = ? ORDER BY id DESC LIMIT ?";
    private static final String ALL = "SELECT " + COLUMNS + " FROM attempts ORDER BY id DESC LIMIT ?";
    private static final String FAILED =
            "SELECT " + COLUMNS + " FROM attempts WHERE NOT succeeded ORDER BY id DESC LIMIT ?";

    private final Database database;
    private final int bound;
    private final BlockingQueue<Attempt> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final ReentrantLock flushing = new ReentrantLock();
    private final Repetition flushes;

    /** @param bound how many to keep */
    public SqlAttempts(Database database, int bound) {
        this.database = database;
        this.bound = bound;
        this.flushes = new Repetition("muster-store-attempts", FLUSH_PAUSE, this::flush);
    }

    @Override
    @SuppressWarnings("ReturnValueIgnored") // a full queue drops the attempt, as the port allows
    public void record(Attempt attempt) {
        queue.offer(attempt);
    }

    @Override
    public List<Attempt> of(String registrationId, int limit) {
        flush();
        return database.read(sql -> sql.all(OF, SqlAttempts::read, key(registrationId), limit));
    }

    @Override
    public List<Attempt> list(boolean failedOnly, int limit) {
        flush();
        return database.read(sql -> sql.all(failedOnly ? FAILED : ALL, SqlAttempts::read, limit));
    }

    /** Stores what was recorded. To be called before the database is closed. */
    @Override
    public void close() {
        flushes.close();
        flush();
    }

    private void flush() {
        flushing.lock();
        try {
            List<Attempt> batch = new ArrayList<>();
            while (queue.drainTo(batch, MAX_BATCH) > 0) {
                List<Attempt> attempts = List.copyOf(batch);
                database.change(sql -> store(sql, attempts));
                batch.clear();
            }
        } finally {
            flushing.unlock();
        }
    }

    private void store(Sql sql, List<Attempt> attempts) {
        attempts.forEach(attempt -> sql.update(INSERT, values(attempt)));
        sql.update(TRIM, bound);
    }

    private static @Nullable Object[] values(Attempt attempt) {
        Optional<Explanation> explanation = attempt.explanation();
        return new @Nullable Object[] {
            key(attempt.registrationId()),
            clip(attempt.registrationId()),
            Ticks.of(attempt.time()),
            attempt.trackingId().orElse(null),
            clip(attempt.peer()),
            clip(attempt.transport()),
            String.join("\n", attempt.chain().stream().map(SqlAttempts::clip).toList()),
            attempt.enrollment().map(SqlAttempts::clip).orElse(null),
            attempt.succeeded(),
            clip(attempt.outcome()),
            explanation.map(Explanation::subject).map(SqlAttempts::clip).orElse(null),
            explanation.map(Explanation::rule).map(SqlAttempts::clip).orElse(null),
            explanation.map(Explanation::remedy).map(SqlAttempts::clip).orElse(null)
        };
    }

    private static Attempt read(Row row) throws SQLException {
        String registrationId = row.text();
        return new Attempt(
                row.instant(),
                row.optionalText(),
                registrationId,
                row.text(),
                row.text(),
                row.text().lines().toList(),
                row.optionalText(),
                row.flag(),
                row.text(),
                Optional.empty(),
                readExplanation(row));
    }

    private static Optional<Explanation> readExplanation(Row row) throws SQLException {
        Optional<String> subject = row.optionalText();
        Optional<String> rule = row.optionalText();
        Optional<String> remedy = row.optionalText();
        return subject.map(text -> new Explanation(text, rule.orElseThrow(), remedy.orElseThrow()));
    }

    private static String key(String registrationId) {
        return clip(registrationId.toLowerCase(Locale.ROOT));
    }

    static String clip(String text) {
        String clipped = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        // PostgreSQL keeps no NUL, and a chain is kept as lines.
        return clipped.replace('\0', ' ').replace('\n', ' ').replace('\r', ' ');
    }
}
