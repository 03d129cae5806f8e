package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.hub.DeviceIdentities;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The device identities of all hubs in a database. Safe for any number of threads. */
public final class SqlDeviceIdentities implements DeviceIdentities {
    private static final String SELF_SIGNED = "self-signed";
    private static final String SAS = "sas";
    private static final String CERTIFICATE_AUTHORITY = "certificate authority";

    private static final Table TABLE = new Table(
            "device_identities",
            List.of("hub", "device_id"),
            List.of(
                    "generation_id",
                    "etag",
                    "enabled",
                    "status_reason",
                    "status_updated",
                    "authentication",
                    "primary_credential",
                    "secondary_credential",
                    "iot_edge"));
    private static final String PAGE = TABLE.select() + " WHERE hub = ? AND device_id > ? ORDER BY device_id LIMIT ?";

    private static final String COUNT = "SELECT count(*) FILTER (WHERE enabled), count(*) FILTER (WHERE NOT enabled)"
            + " FROM device_identities WHERE hub = ?";

    private final Database database;

    public SqlDeviceIdentities(Database database) {
        this.database = database;
    }

    @Override
    public Optional<DeviceIdentity> find(String hub, String deviceId) {
        return database.read(sql -> TABLE.find(sql, SqlDeviceIdentities::read, hub, deviceId));
    }

    @Override
    public void put(DeviceIdentity identity, Precondition precondition) {
        AuthenticationColumns authentication = columns(identity.authentication());
        @Nullable
        Object[] values = {
            identity.hub(),
            identity.deviceId(),
            identity.generationId(),
            identity.etag().value(),
            identity.enabled(),
            identity.statusReason(),
            Ticks.of(identity.statusUpdated()),
            authentication.kind,
            authentication.primary,
            authentication.secondary,
            identity.iotEdge()
        };
        database.change(sql -> TABLE.put(sql, precondition, title(identity.deviceId()), values));
    }

    @Override
    public void delete(String hub, String deviceId, Precondition precondition) {
        database.change(sql ->
                TABLE.delete(sql, precondition, title(deviceId), Refusal.Reason.DEVICE_NOT_FOUND, hub, deviceId));
    }

    @Override
    public Count count(String hub) {
        return database.read(sql -> sql.first(COUNT, row -> new Count(row.number(), row.number()), hub)
                .orElseThrow());
    }

    @Override
    public Page<DeviceIdentity> page(String hub, Page.Request request) {
        return Table.page(
                database.read(sql -> sql.all(
                        PAGE, SqlDeviceIdentities::read, hub, request.after().orElse(""), request.size() + 1)),
                request.size(),
                DeviceIdentity::deviceId);
    }

    /** A way to authenticate as its columns. */
    record AuthenticationColumns(
            String kind, @Nullable String primary, @Nullable String secondary) {}

    static AuthenticationColumns columns(Authentication authentication) {
        return switch (authentication) {
            case Authentication.SelfSigned(Optional<String> primary, Optional<String> secondary) ->
                new AuthenticationColumns(SELF_SIGNED, primary.orElse(null), secondary.orElse(null));
            case Authentication.Sas(String primary, String secondary) ->
                new AuthenticationColumns(SAS, primary, secondary);
            case Authentication.CertificateAuthority() -> new AuthenticationColumns(CERTIFICATE_AUTHORITY, null, null);
        };
    }

    private static DeviceIdentity read(Row row) throws SQLException {
        return new DeviceIdentity(
                row.text(),
                row.text(),
                row.text(),
                new Etag(row.text()),
                row.flag(),
                row.text(),
                row.instant(),
                readAuthentication(row),
                row.flag());
    }

    static Authentication readAuthentication(Row row) throws SQLException {
        String kind = row.text();
        Optional<String> primary = row.optionalText();
        Optional<String> secondary = row.optionalText();
        return switch (kind) {
            case SELF_SIGNED -> new Authentication.SelfSigned(primary, secondary);
            case SAS -> new Authentication.Sas(primary.orElseThrow(), secondary.orElseThrow());
            case CERTIFICATE_AUTHORITY -> new Authentication.CertificateAuthority();
            default -> throw new SQLException("'" + kind + "' is no way to authenticate");
        };
    }

    private static String title(String deviceId) {
        return "Device '" + deviceId + "'";
    }
}
