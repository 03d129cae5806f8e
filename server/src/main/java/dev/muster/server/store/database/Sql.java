package dev.muster.server.store.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection and the statements prepared on it, each once. Used by one thread at a time. */
public final class Sql implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final List<Runnable> afterCommit = new ArrayList<>();

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** The only row of the result, if there is one. */
    public <T> Optional<T> first(String text, Row.Reader<T> reader, @Nullable Object... arguments) {
        try (ResultSet results = bind(text, arguments).executeQuery()) {
            return results.next() ? Optional.of(reader.read(new Row(results))) : Optional.empty();
        } catch (SQLException e) {
            throw failed(text, e);
        }
    }

    public <T> List<T> all(String text, Row.Reader<T> reader, @Nullable Object... arguments) {
        try (ResultSet results = bind(text, arguments).executeQuery()) {
            Row row = new Row(results);
            List<T> values = new ArrayList<>();
            while (results.next()) {
                row.rewind();
                values.add(reader.read(row));
            }
            return values;
        } catch (SQLException e) {
            throw failed(text, e);
        }
    }

    /** @return the number of rows written */
    public int update(String text, @Nullable Object... arguments) {
        try {
            return bind(text, arguments).executeUpdate();
        } catch (SQLException e) {
            throw failed(text, e);
        }
    }

    /** A statement that returns nothing and needs no arguments. */
    void execute(String text) {
        try {
            statement(text).execute();
        } catch (SQLException e) {
            throw failed(text, e);
        }
    }

    /** What to do once the transaction is on disk. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** How much there is to do after the commit so far. */
    int actions() {
        return afterCommit.size();
    }

    /** Forgets what came after the first so many actions, since its writes were undone. */
    void forgetActions(int first) {
        afterCommit.subList(first, afterCommit.size()).clear();
    }

    void runAfterCommit() {
        afterCommit.forEach(Runnable::run);
        afterCommit.clear();
    }

    @Override
    public void close() {
        try {
            for (PreparedStatement statement : prepared.values()) {
                statement.close();
            }
            connection.close();
        } catch (SQLException e) {
            throw new StoreFailure("a connection could not be closed", e);
        }
    }

    private PreparedStatement bind(String text, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = statement(text);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    private PreparedStatement statement(String text) throws SQLException {
        PreparedStatement statement = prepared.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            prepared.put(text, statement);
        }
        return statement;
    }

    private static StoreFailure failed(String text, SQLException cause) {
        return new StoreFailure("statement failed: " + text, cause);
    }
}
