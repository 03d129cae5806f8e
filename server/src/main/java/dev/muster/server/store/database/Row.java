package dev.muster.server.store.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** The current row of a result, read column by column from left to right. Confined to one thread. */
public final class Row {
    private final ResultSet results;
    private int column;

    Row(ResultSet results) {
        this.results = results;
    }

    /** Turns a row into a value; must read its columns in the order in which the statement names them. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    void rewind() {
        column = 0;
    }

    public void skip(int columns) {
        column += columns;
    }

    public String text() throws SQLException {
        return optionalText().orElseThrow(() -> new SQLException("column " + column + " is null"));
    }

    public Optional<String> optionalText() throws SQLException {
        return Optional.ofNullable(results.getString(++column));
    }

    public byte[] bytes() throws SQLException {
        return optionalBytes().orElseThrow(() -> new SQLException("column " + column + " is null"));
    }

    public Optional<byte[]> optionalBytes() throws SQLException {
        return Optional.ofNullable(results.getBytes(++column));
    }

    public long number() throws SQLException {
        return results.getLong(++column);
    }

    public boolean flag() throws SQLException {
        return results.getBoolean(++column);
    }

    public Optional<Instant> optionalInstant() throws SQLException {
        long ticks = number();
        return results.wasNull() ? Optional.empty() : Optional.of(Ticks.toInstant(ticks));
    }

    public Instant instant() throws SQLException {
        return Ticks.toInstant(number());
    }
}
