package dev.muster.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** The current row of a result, read column by column from left to right. Confined to one thread. */
final class Row {
    private final ResultSet results;
    private int column;

    Row(ResultSet results) {
        this.results = results;
    }

    /** Turns a row into a value; must read its columns in the order in which the statement names them. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    void rewind() {
        column = 0;
    }

    void skip(int columns) {
        column += columns;
    }

    String text() throws SQLException {
        return optionalText().orElseThrow(() -> new SQLException("column " + column + " is null"));
    }

    Optional<String> optionalText() throws SQLException {
        return Optional.ofNullable(results.getString(++column));
    }

    byte[] bytes() throws SQLException {
        return optionalBytes().orElseThrow(() -> new SQLException("column " + column + " is null"));
    }

    Optional<byte[]> optionalBytes() throws SQLException {
        return Optional.ofNullable(results.getBytes(++column));
    }

    long number() throws SQLException {
        return results.getLong(++column);
    }

    boolean flag() throws SQLException {
        return results.getBoolean(++column);
    }

    Optional<Instant> optionalInstant() throws SQLException {
        long ticks = number();
        return results.wasNull() ? Optional.empty() : Optional.of(Ticks.toInstant(ticks));
    }

    Instant instant() throws SQLException {
        return Ticks.toInstant(number());
    }
}
