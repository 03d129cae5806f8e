package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Credential;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Disabled;
import dev.muster.registration.RegistrationState.Failed;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.registration.RegistrationState.Unassigned;
import dev.muster.registration.Registrations;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Table;
import dev.muster.server.store.database.Ticks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Registrations in a database. Safe for any number of threads. */
public final class SqlRegistrations implements Registrations {
    private static final String UNASSIGNED = "unassigned";
    private static final String ASSIGNING = "assigning";
    private static final String ASSIGNED = "assigned";
    private static final String FAILED = "failed";
    private static final String DISABLED = "disabled";

    private static final String X509 = "x509";
    private static final String TPM = "tpm";
    private static final String SYMMETRIC_KEY = "symmetric key";

    private static final List<String> UNINDEXED = List.of(
            "id",
            "state",
            "hub",
            "device_id",
            "payload",
            "substatus",
            "certificates",
            "error_code",
            "error_message",
            "group_id",
            "attestation",
            "leaf",
            "authentication_key",
            "updated",
            "etag");
    private static final Table TABLE = new Table(
            "registrations",
            List.of("id_key"),
            Stream.concat(Stream.of("group_key", "created"), UNINDEXED.stream()).toList());
    private static final String PUT_IN_PLACE =
            TABLE.upsert(UNINDEXED) + " WHERE registrations.group_key IS NOT DISTINCT FROM excluded.group_key"
                    + " AND registrations.created = excluded.created";
    private static final String OF_GROUP =
            TABLE.select() + " WHERE group_key = ? AND (created, id_key) > (?, ?) ORDER BY created, id_key LIMIT ?";

    /** Several are read at once, always with the same statement, which is prepared once. */
    private static final int AT_ONCE = 100;

    private static final String ALL = TABLE.select() + " WHERE id_key IN (" + "?, ".repeat(AT_ONCE - 1) + "?)";

    private final Database database;
    private final Documents documents;

    public SqlRegistrations(Database database, Documents documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public Optional<Registration> find(RegistrationId id) {
        return database.read(sql -> TABLE.find(sql, this::read, id.key()));
    }

    @Override
    public List<Registration> all(Collection<RegistrationId> ids) {
        return ids.stream()
                .map(RegistrationId::key)
                .distinct()
                .gather(Gatherers.windowFixed(AT_ONCE))
                .flatMap(some -> all(some).stream())
                .toList();
    }

    private List<Registration> all(List<String> keys) {
        Object[] places = new Object[AT_ONCE];
        Arrays.setAll(places, i -> keys.get(Math.min(i, keys.size() - 1)));
        return database.read(sql -> sql.all(ALL, this::read, places));
    }

    @Override
    public void put(Registration registration) {
        StateColumns state = columns(registration.state());
        @Nullable
        Object[] values = {
            registration.id().key(),
            registration.groupId().map(Table::key).orElse(null),
            Ticks.of(registration.created()),
            registration.id().value(),
            state.name,
            state.hub,
            state.deviceId,
            state.payload,
            state.substatus,
            state.certificates,
            state.errorCode,
            state.errorMessage,
            registration.groupId().orElse(null),
            attestation(registration.credential()),
            leaf(registration.credential()),
            authenticationKey(registration.credential()),
            Ticks.of(registration.updated()),
            registration.etag().value()
        };
        database.change(sql -> {
            // SQLite writes an index anew if its column is set at all, even to the same; most devices keep these.
            if (sql.update(PUT_IN_PLACE, values) == 0) {
                TABLE.put(sql, new Precondition.Always(), title(registration.id()), values);
            }
        });
    }

    @Override
    public void delete(RegistrationId id, Precondition precondition) {
        database.change(
                sql -> TABLE.delete(sql, precondition, title(id), Refusal.Reason.REGISTRATION_NOT_FOUND, id.key()));
    }

    @Override
    public Page<Registration> ofGroup(String groupId, Page.Request request) {
        String groupKey = Table.key(groupId);
        Position after = request.after().map(Position::parse).orElse(Position.START);
        return Table.page(
                database.read(
                        sql -> sql.all(OF_GROUP, this::read, groupKey, after.created, after.idKey, request.size() + 1)),
                request.size(),
                registration -> Position.of(registration).toString());
    }

    /** A place in the order of creation, in which a group's registrations are listed. */
    private record Position(long created, String idKey) {
        static final Position START = new Position(Long.MIN_VALUE, "");

        static Position of(Registration registration) {
            return new Position(
                    Ticks.of(registration.created()), registration.id().key());
        }

        static Position parse(String text) {
            int separator = text.indexOf(' ');
            try {
                return new Position(Long.parseLong(text, 0, Math.max(separator, 0), 10), text.substring(separator + 1));
            } catch (NumberFormatException e) {
                throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The continuation is not one that was given.");
            }
        }

        @Override
        public String toString() {
            return created + " " + idKey;
        }
    }

    /** A state as its columns. */
    private record StateColumns(
            String name,
            @Nullable String hub,
            @Nullable String deviceId,
            byte @Nullable [] payload,
            @Nullable String substatus,
            @Nullable String certificates,
            @Nullable Integer errorCode,
            @Nullable String errorMessage) {
        static StateColumns of(String name) {
            return new StateColumns(name, null, null, null, null, null, null, null);
        }

        StateColumns explained(int code, String message) {
            return new StateColumns(name, hub, deviceId, payload, substatus, certificates, code, message);
        }
    }

    private StateColumns columns(RegistrationState state) {
        return switch (state) {
            case Unassigned() -> StateColumns.of(UNASSIGNED);
            case Assigning(Optional<Assigned> previous) -> columns(ASSIGNING, previous);
            case Disabled(Optional<Assigned> previous) -> columns(DISABLED, previous);
            case Failed(int code, String message, Optional<Assigned> previous) ->
                columns(FAILED, previous).explained(code, message);
            case Assigned assigned -> columns(ASSIGNED, Optional.of(assigned));
        };
    }

    /** A state that is an assignment, or keeps the one before. */
    private StateColumns columns(String name, Optional<Assigned> assigned) {
        return assigned.map(it -> new StateColumns(
                        name,
                        it.assignment().hub(),
                        it.assignment().deviceId(),
                        it.assignment().payload().map(documents::print).orElse(null),
                        it.substatus().name(),
                        Thumbprints.print(it.assignment().certificates()),
                        null,
                        null))
                .orElseGet(() -> StateColumns.of(name));
    }

    private Registration read(Row row) throws SQLException {
        row.skip(2);
        Instant created = row.instant();
        return new Registration(
                new RegistrationId(row.text()),
                readState(row),
                row.optionalText(),
                readCredential(row),
                created,
                row.instant(),
                new Etag(row.text()));
    }

    private static String attestation(Credential credential) {
        return switch (credential) {
            case Credential.Leaf _ -> X509;
            case Credential.Key() -> SYMMETRIC_KEY;
            case Credential.Tpm _ -> TPM;
        };
    }

    /** The column is older than credentials without a leaf, and not to be null. */
    private static String leaf(Credential credential) {
        return switch (credential) {
            case Credential.Leaf(Thumbprint thumbprint) -> thumbprint.hex();
            case Credential.Key(), Credential.Tpm _ -> "";
        };
    }

    private static @Nullable String authenticationKey(Credential credential) {
        return credential instanceof Credential.Tpm(String authenticationKey) ? authenticationKey : null;
    }

    private static Credential readCredential(Row row) throws SQLException {
        String attestation = row.text();
        String leaf = row.text();
        Optional<String> authenticationKey = row.optionalText();
        return switch (attestation) {
            case X509 -> new Credential.Leaf(new Thumbprint(leaf));
            case SYMMETRIC_KEY -> new Credential.Key();
            case TPM -> new Credential.Tpm(authenticationKey.orElseThrow());
            default -> throw new SQLException("'" + attestation + "' is no attestation of a registration");
        };
    }

    private RegistrationState readState(Row row) throws SQLException {
        String name = row.text();
        Optional<String> hub = row.optionalText();
        Optional<String> deviceId = row.optionalText();
        Optional<byte[]> payload = row.optionalBytes();
        Optional<String> substatus = row.optionalText();
        List<Thumbprint> certificates = Thumbprints.parse(row.optionalText());
        int errorCode = (int) row.number();
        Optional<String> errorMessage = row.optionalText();
        Optional<Assigned> assigned = hub.map(host -> new Assigned(
                new Assignment(host, deviceId.orElseThrow(), payload.map(documents::parse), certificates),
                Substatus.valueOf(substatus.orElseThrow())));
        return switch (name) {
            case UNASSIGNED -> new Unassigned();
            case ASSIGNING -> new Assigning(assigned);
            case DISABLED -> new Disabled(assigned);
            case FAILED -> new Failed(errorCode, errorMessage.orElseThrow(), assigned);
            case ASSIGNED -> assigned.orElseThrow();
            default -> throw new SQLException("'" + name + "' is no state of a registration");
        };
    }

    private static String title(RegistrationId id) {
        return "The registration of '" + id + "'";
    }
}
