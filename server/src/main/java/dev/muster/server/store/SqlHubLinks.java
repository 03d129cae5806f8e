package dev.muster.server.store;

import dev.muster.allocation.HubLink;
import dev.muster.allocation.HubLink.Access;
import dev.muster.allocation.HubLinks;
import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Linked hubs in a database. Safe for any number of threads. */
public final class SqlHubLinks implements HubLinks {
    private static final String POLICY = "allocation-policy";
    private static final String ALL = "SELECT host_name, endpoint, policy_name, policy_key, weight,"
            + " apply_allocation_policy, location FROM linked_hubs ORDER BY host_key";
    private static final String PUT = """
            INSERT INTO linked_hubs (host_key, host_name, endpoint, policy_name, policy_key, weight,
                apply_allocation_policy, location) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (host_key) DO UPDATE SET
                host_name = excluded.host_name, endpoint = excluded.endpoint, policy_name = excluded.policy_name,
                policy_key = excluded.policy_key, weight = excluded.weight,
                apply_allocation_policy = excluded.apply_allocation_policy, location = excluded.location""";
    private static final String DELETE = "DELETE FROM linked_hubs WHERE host_key = ?";
    private static final String FIND_SETTING = "SELECT value FROM settings WHERE name = ?";
    private static final String PUT_SETTING = "INSERT INTO settings (name, value) VALUES (?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    private final Database database;

    public SqlHubLinks(Database database) {
        this.database = database;
    }

    @Override
    public List<HubLink> all() {
        return database.read(sql -> sql.all(ALL, SqlHubLinks::read));
    }

    @Override
    public void put(HubLink link) {
        @Nullable
        Object[] values = {
            Table.key(link.hostName()),
            link.hostName(),
            link.access().map(Access::endpoint).orElse(null),
            link.access().map(Access::policy).orElse(null),
            link.access().map(Access::key).map(SymmetricKey::base64).orElse(null),
            link.weight(),
            link.applyAllocationPolicy(),
            link.location()
        };
        database.change(sql -> sql.update(PUT, values));
    }

    @Override
    public void delete(String hostName) {
        if (database.write(sql -> sql.update(DELETE, Table.key(hostName))) == 0) {
            throw new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "No IoT hub " + hostName + " is linked.");
        }
    }

    @Override
    public Optional<AllocationPolicy> policy() {
        return database.read(sql -> sql.first(FIND_SETTING, Row::bytes, POLICY))
                .map(value -> AllocationPolicy.valueOf(new String(value, StandardCharsets.US_ASCII)));
    }

    @Override
    public void put(AllocationPolicy policy) {
        byte[] value = policy.name().getBytes(StandardCharsets.US_ASCII);
        database.change(sql -> sql.update(PUT_SETTING, POLICY, value));
    }

    private static HubLink read(Row row) throws SQLException {
        String hostName = row.text();
        Optional<String> endpoint = row.optionalText();
        Optional<String> policy = row.optionalText();
        Optional<SymmetricKey> key = row.optionalText().map(SymmetricKey::new);
        return new HubLink(
                hostName,
                endpoint.map(host -> new Access(host, policy.orElseThrow(), key.orElseThrow())),
                (int) row.number(),
                row.flag(),
                row.text());
    }
}
