package dev.muster.server.store.database;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows have a key and an etag, and the statements that every such table needs. A precondition is part of
 * the statement that writes, so nothing can come between the two on either database. Immutable.
 */
public final class Table {
    private final List<String> key;
    private final String select;
    private final String insert;
    private final String upsert;
    private final String update;
    private final String delete;
    private final String selectEtag;
    private final String selectByKey;
    private final String probe;

    /**
     * @param key the columns of the primary key
     * @param others all other columns, {@code etag} among them
     */
    public Table(String name, List<String> key, List<String> others) {
        List<String> columns = Stream.concat(key.stream(), others.stream()).toList();
        String byKey = " WHERE " + assignments(key, " AND ");
        this.key = key;
        this.select = "SELECT " + String.join(", ", columns) + " FROM " + name;
        this.selectByKey = select + byKey;
        this.probe = "SELECT 1 FROM " + name + byKey;
        this.selectEtag = "SELECT etag FROM " + name + byKey;
        this.insert = "INSERT INTO " + name + " (" + String.join(", ", columns) + ") VALUES ("
                + columns.stream().map(_ -> "?").collect(Collectors.joining(", ")) + ") ON CONFLICT ("
                + String.join(", ", key) + ") DO ";
        this.upsert = upsert(others);
        this.update = "UPDATE " + name + " SET " + assignments(others, ", ") + byKey;
        this.delete = "DELETE FROM " + name + byKey;
    }

    /** The form in which ids and names are stored that are compared without regard to case. */
    public static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The start of a statement that reads whole rows: the key, then the others, in the order given. */
    public String select() {
        return select;
    }

    /** A statement that inserts the values of a whole row, or sets these columns of the row that has its key. */
    public String upsert(List<String> columns) {
        return insert + "UPDATE SET "
                + columns.stream()
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", "));
    }

    /**
     * SQLite's driver fetches the names of all columns before it says that there is no row, and often there is none.
     */
    public <T> Optional<T> find(Sql sql, Row.Reader<T> reader, Object... keyValues) {
        return sql.first(probe, Row::number, keyValues).flatMap(_ -> sql.first(selectByKey, reader, keyValues));
    }

    /**
     * @param what names the row in a refusal
     * @param values the key, then the others
     * @throws Refusal what the precondition throws
     */
    public void put(Sql sql, Precondition precondition, String what, @Nullable Object... values) {
        @Nullable Object[] keyValues = Arrays.copyOf(values, key.size());
        @Nullable Object[] otherValues = Arrays.copyOfRange(values, key.size(), values.length);
        while (true) {
            int written = switch (precondition) {
                case Precondition.Always() -> sql.update(upsert, values);
                case Precondition.Absent() -> sql.update(insert + "NOTHING", values);
                case Precondition.Present() -> sql.update(update, concat(otherValues, keyValues));
                case Precondition.Matches(Etag etag) ->
                    sql.update(update + " AND etag = ?", concat(otherValues, concat(keyValues, etag.value())));
            };
            if (written > 0) {
                return;
            }
            // Goes round again only if the row has come or gone since.
            precondition.check(what, etag(sql, keyValues));
        }
    }

    /**
     * @param missing what to refuse with when there is no such row
     * @throws Refusal that, or what the precondition throws
     */
    public void delete(Sql sql, Precondition precondition, String what, Refusal.Reason missing, Object... keyValues) {
        while (true) {
            int deleted = switch (precondition) {
                case Precondition.Always(), Precondition.Present() -> sql.update(delete, keyValues);
                case Precondition.Matches(Etag etag) ->
                    sql.update(delete + " AND etag = ?", concat(keyValues, etag.value()));
                case Precondition.Absent() -> 0;
            };
            if (deleted > 0) {
                return;
            }
            Optional<Etag> stored = etag(sql, keyValues);
            if (stored.isEmpty()) {
                throw new Refusal(missing, what + " does not exist.");
            }
            precondition.check(what, stored);
        }
    }

    /** Cuts a page from rows that were read in order, one more than the page may hold. */
    public static <T> Page<T> page(List<T> rows, int size, Function<T, String> key) {
        if (rows.size() <= size) {
            return new Page<>(rows, Optional.empty());
        }
        List<T> items = rows.subList(0, size);
        return new Page<>(items, Optional.of(key.apply(items.getLast())));
    }

    private Optional<Etag> etag(Sql sql, @Nullable Object... keyValues) {
        return sql.first(selectEtag, row -> new Etag(row.text()), keyValues);
    }

    private static String assignments(List<String> columns, String separator) {
        return columns.stream().map(column -> column + " = ?").collect(Collectors.joining(separator));
    }

    private static @Nullable Object[] concat(@Nullable Object[] some, @Nullable Object... more) {
        @Nullable Object[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
