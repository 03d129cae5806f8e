package dev.muster.cli.bench;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.enrollment.RegistrationId;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Credential;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.server.store.Documents;
import dev.muster.server.store.SqlDeviceIdentities;
import dev.muster.server.store.SqlRegistrations;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.SqliteDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Devices that registered long ago: written straight into the store of a server that does not run, because a million of
 * them through the front door would take many times longer. For one thread.
 */
final class ExistingRegistrations {
    private static final int PER_TRANSACTION = 10_000;

    /** Neither a registration nor its device has a document, so nobody asks for one. */
    private static final Documents NO_DOCUMENTS = new Documents() {
        @Override
        public byte[] print(Map<String, Object> document) {
            throw new UnsupportedOperationException("no documents are stored");
        }

        @Override
        public Map<String, Object> parse(byte[] bytes) {
            throw new UnsupportedOperationException("no documents are stored");
        }
    };

    private final SplittableRandom random = new SplittableRandom();
    private final Instant now = Instant.now();
    private final Database database;
    private final SqlRegistrations registrations;
    private final SqlDeviceIdentities devices;

    private ExistingRegistrations(Database database) {
        this.database = database;
        this.registrations = new SqlRegistrations(database, NO_DOCUMENTS);
        this.devices = new SqlDeviceIdentities(database);
    }

    static void store(Path dataDirectory, int count) {
        try (Database database = SqliteDatabase.open(dataDirectory.resolve("muster.db"))) {
            ExistingRegistrations existing = new ExistingRegistrations(database);
            for (int rest = count; rest > 0; rest -= PER_TRANSACTION) {
                existing.store(Math.min(rest, PER_TRANSACTION));
            }
        }
    }

    private void store(int count) {
        database.<Void>run(() -> {
            for (int device = 0; device < count; device++) {
                store("%016x-existing".formatted(random.nextLong()));
            }
            return null;
        });
    }

    private void store(String id) {
        byte[] leafHash = new byte[32];
        random.nextBytes(leafHash);
        Thumbprint leaf = new Thumbprint(HexFormat.of().formatHex(leafHash));
        devices.put(
                new DeviceIdentity(
                        BenchGroup.HUB,
                        id,
                        "1",
                        Etag.random(random),
                        true,
                        "",
                        now,
                        Authentication.SelfSigned.of(leaf),
                        false),
                new Precondition.Always());
        registrations.put(new Registration(
                new RegistrationId(id),
                new Assigned(new Assignment(BenchGroup.HUB, id, Optional.empty()), Substatus.INITIAL_ASSIGNMENT),
                Optional.of(BenchGroup.NAME),
                new Credential.Leaf(leaf),
                now,
                now,
                Etag.random(random)));
    }
}
