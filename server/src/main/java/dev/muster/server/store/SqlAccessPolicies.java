package dev.muster.server.store;

import dev.muster.base.AccessPolicies;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shared access policies in a database. Safe for any number of threads. */
public final class SqlAccessPolicies implements AccessPolicies {
    private static final String COLUMNS = "SELECT name, primary_key, secondary_key, rights FROM access_policies";
    private static final String FIND = COLUMNS + " WHERE scope = ? AND name = ?";
    private static final String LIST = COLUMNS + " WHERE scope = ? ORDER BY name";
    private static final String PUT = """
            INSERT INTO access_policies (scope, name, primary_key, secondary_key, rights) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET
                primary_key = excluded.primary_key, secondary_key = excluded.secondary_key, rights = excluded.rights""";

    private static final String DELETE = "DELETE FROM access_policies WHERE scope = ? AND name = ?";

    private final Database database;

    public SqlAccessPolicies(Database database) {
        this.database = database;
    }

    @Override
    public Optional<SharedAccessPolicy> find(String scope, String name) {
        return database.read(sql -> sql.first(FIND, SqlAccessPolicies::read, scope, name));
    }

    /** In the order of their names. */
    @Override
    public List<SharedAccessPolicy> list(String scope) {
        return database.read(sql -> sql.all(LIST, SqlAccessPolicies::read, scope));
    }

    @Override
    public void put(String scope, SharedAccessPolicy policy) {
        String rights = policy.rights().stream().map(Enum::name).sorted().collect(Collectors.joining(" "));
        database.change(
                sql -> sql.update(PUT, scope, policy.name(), policy.primaryKey(), policy.secondaryKey(), rights));
    }

    @Override
    public void delete(String scope, String name) {
        database.change(sql -> sql.update(DELETE, scope, name));
    }

    private static SharedAccessPolicy read(Row row) throws SQLException {
        return new SharedAccessPolicy(
                row.text(),
                row.text(),
                row.text(),
                Arrays.stream(row.text().split(" "))
                        .filter(name -> !name.isEmpty())
                        .map(Right::valueOf)
                        .collect(Collectors.toSet()));
    }
}
