package dev.muster.server.store.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The embedded store: one SQLite file of one process, flushed to disk at every commit. Writes share one connection and
 * their flushes ({@link GroupCommit}); reads run beside them on connections of their own.
 */
public final class SqliteDatabase extends Database {
    private static final int READERS = Math.max(4, Runtime.getRuntime().availableProcessors());
    private static final int BUSY_MILLIS = 10_000;
    private static final Duration CHECKPOINT_PAUSE = Duration.ofSeconds(1);

    /** In pages of 4 KiB: a log that is longer is made to start over, for which the writer has to pause. */
    private static final long LONG_LOG_PAGES = 16_384;

    /**
     * Negative: in KiB (SQLite, PRAGMA cache_size). The writer's is looked through at the end of every transaction that
     * has split a page, so more costs more; a reader's lasts until the next commit.
     */
    private static final int WRITER_CACHE = -16_384;

    private static final int READER_CACHE = -2_048;

    /**
     * In bytes of the file's start: readers forget their caches at each commit, and pages that are mapped need none.
     */
    private static final String MAPPED = Long.toString(1L << 30);

    private final FileChannel lock;
    private final Sql writer;
    private final Sql checkpointer;
    private final GroupCommit commits;
    private final List<Sql> readers = new ArrayList<>();
    private final BlockingDeque<Sql> idleReaders = new LinkedBlockingDeque<>();
    private final Repetition checkpoints;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Opens the file, which is made when there is none, and brings its tables up to date.
     *
     * @throws StoreFailure when another process has it open, or it is not a store of this or an older version
     */
    public static SqliteDatabase open(Path file) {
        FileChannel lock = lock(file);
        try {
            SQLiteDataSource source = source(file, config(WRITER_CACHE));
            Migrations.apply(source, Migrations.Dialect.SQLITE);
            return new SqliteDatabase(file, lock);
        } catch (RuntimeException | SQLException e) {
            release(lock);
            throw new StoreFailure("the store " + file + " could not be opened", e);
        }
    }

    private SqliteDatabase(Path file, FileChannel lock) throws SQLException {
        this.lock = lock;
        this.writer = connect(source(file, config(WRITER_CACHE)));
        this.checkpointer = connect(source(file, config(READER_CACHE)));
        SQLiteConfig readOnly = config(READER_CACHE);
        readOnly.setReadOnly(true);
        readOnly.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, MAPPED);
        for (int i = 0; i < READERS; i++) {
            readers.add(connect(source(file, readOnly)));
        }
        idleReaders.addAll(readers);
        this.commits = new GroupCommit(writer, current);
        this.checkpoints = new Repetition("muster-store-checkpoint", CHECKPOINT_PAUSE, this::checkpoint);
    }

    /** This process is the only one that writes, so what it knows stays true. */
    @Override
    public Duration authoritiesFreshness() {
        return Duration.ofNanos(Long.MAX_VALUE);
    }

    @Override
    <T> T transact(Supplier<T> work) {
        return commits.write(_ -> work.get());
    }

    @Override
    <T> CompletableFuture<T> startTransaction(Supplier<T> work) {
        return commits.start(_ -> work.get());
    }

    @Override
    <T> T store(Function<Sql, T> work) {
        return commits.write(work);
    }

    @Override
    <T> T query(Function<Sql, T> work) {
        Sql reader;
        try {
            reader = idleReaders.takeFirst();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailure("interrupted while waiting for a connection", e);
        }
        try {
            return work.apply(reader);
        } finally {
            // Last in, first out: the connection used last has the warmest caches.
            idleReaders.addFirst(reader);
        }
    }

    /** How many writes have yet to be begun. */
    int waiting() {
        return commits.waiting();
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        checkpoints.close();
        commits.close();
        readers.forEach(Sql::close);
        checkpointer.close();
        checkpoint(writer, "TRUNCATE");
        writer.close();
        release(lock);
    }

    /** Moves what was committed from the log into the file beside the writer, so that no commit has to. */
    private void checkpoint() {
        if (checkpoint(checkpointer, "PASSIVE") > LONG_LOG_PAGES) {
            // Under steady load a passive checkpoint never reaches the end, and the log would grow for ever.
            commits.between(sql -> checkpoint(sql, "RESTART"));
        }
    }

    /** @return the length of the log in pages */
    private static long checkpoint(Sql sql, String mode) {
        return sql.first("PRAGMA wal_checkpoint(" + mode + ")", row -> {
                    boolean busy = row.flag();
                    long pages = row.number();
                    return busy ? 0 : pages;
                })
                .orElse(0L);
    }

    private static SQLiteConfig config(int cacheSize) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(cacheSize);
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
        // Else the driver asks for the last row id after every write.
        config.setGetGeneratedKeys(false);
        return config;
    }

    private static SQLiteDataSource source(Path file, SQLiteConfig config) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    private static Sql connect(SQLiteDataSource source) throws SQLException {
        Connection connection = source.getConnection();
        // The driver's own transactions are switched off and the one that this starts is ended: with auto-commit on,
        // the driver adds a BEGIN and a COMMIT to every statement that returns no row.
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMIT");
        }
        return new Sql(connection);
    }

    /** Locks a file beside the store: closing a second handle to the store itself would end SQLite's own locks. */
    private static FileChannel lock(Path file) {
        try {
            createPrivately(file);
            Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException _) {
                // Open in this very process; the answer is the same.
            }
            channel.close();
            throw new StoreFailure("the store " + file + " is in use by another process; stop that one first");
        } catch (IOException e) {
            throw new UncheckedIOException("the store " + file + " could not be locked", e);
        }
    }

    /** The file holds keys, and SQLite gives its log the same rights. */
    private static void createPrivately(Path file) throws IOException {
        if (Files.notExists(file)) {
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            Files.createFile(
                    file,
                    posix
                            ? new FileAttribute<?>[] {
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                            }
                            : new FileAttribute<?>[0]);
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the store's lock could not be released", e);
        }
    }
}
