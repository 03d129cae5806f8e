package dev.muster.cli.bench;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.registration.Credential;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import dev.muster.server.store.Documents;
import dev.muster.server.store.SqlCaCertificates;
import dev.muster.server.store.SqlEnrollmentGroups;
import dev.muster.server.store.SqlEnrollments;
import dev.muster.server.store.SqlRegistrations;
import dev.muster.server.store.certificate.SqlIssuedCertificates;
import dev.muster.server.store.certificate.SqlKnownAuthorities;
import dev.muster.server.store.database.SqliteDatabase;
import dev.muster.server.wire.Json;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** An embedded database with as many enrollments as wanted, all of them made up. For one thread. */
final class LookupStore implements AutoCloseable {
    static final int DEVICES = 10_000;

    private static final int BATCH = 1000;
    private static final Documents JSON = new Documents() {
        @Override
        public byte[] print(Map<String, Object> document) {
            return Json.print(document);
        }

        @Override
        public Map<String, Object> parse(byte[] bytes) {
            return Json.parseObject(bytes);
        }
    };

    private final SqliteDatabase database;
    final SqlEnrollments enrollments;
    final SqlEnrollmentGroups groups;
    final SqlCaCertificates certificates;
    final SqlIssuedCertificates issued;
    final SqlKnownAuthorities known;
    final List<Certificate> authorities = new ArrayList<>();

    /** Devices of the groups with certificates, by turns: as many of few groups as of many. */
    final List<Certificate> devices = new ArrayList<>();

    final List<SymmetricKeys> keys = new ArrayList<>();
    private final SqlRegistrations registrations;
    private final SecureRandom random = new SecureRandom();

    LookupStore(Path file) {
        database = SqliteDatabase.open(file);
        enrollments = new SqlEnrollments(database, JSON);
        groups = new SqlEnrollmentGroups(database, JSON);
        certificates = new SqlCaCertificates(database);
        known = new SqlKnownAuthorities(database);
        issued = new SqlIssuedCertificates(database);
        registrations = new SqlRegistrations(database, JSON);
    }

    static String individual(int number) {
        return "device-" + number;
    }

    /** A device of a group with certificates. */
    static String device(int number) {
        return "plant-device-" + number;
    }

    /** A device of a group with symmetric keys that has registered before. */
    static String member(int number) {
        return "member-" + number;
    }

    /** @param size groups of each kind, X.509 and symmetric keys, and as many members of the latter */
    void fill(LookupBenchmark.Size size) {
        KeyPair pair = KeyAlgorithm.EC_P256.generate(random);
        KeyPair other = KeyAlgorithm.EC_P256.generate(random);
        Certificate top = Issuer.selfSigned("Lookup Root", pair, InstantSource.system(), random)
                .issue(Issuer.Request.of(CertificateProfile.root(), "Lookup Root", pair.getPublic()));
        Issuer root = Issuer.of(top, pair.getPrivate(), InstantSource.system(), random);
        Attestation own = new Attestation.ClientCertificates(new Slots<>(
                root.issue(Issuer.Request.of(CertificateProfile.device(), "device", other.getPublic())), null));
        inBatches(
                size.individuals(),
                number -> enrollments.put(
                        new Enrollment.Individual(
                                new RegistrationId(individual(number)),
                                Optional.empty(),
                                own,
                                Enrollment.Settings.defaults(),
                                Map.of(),
                                Map.of(),
                                stamp()),
                        new Precondition.Absent()));
        certificates.put(new CaCertificate("root", top, Optional.empty(), true, stamp()), new Precondition.Absent());
        for (int number = 0; number < size.groups(); number++) {
            authorities.add(root.issue(
                    Issuer.Request.of(CertificateProfile.intermediate(0), "Plant " + number, other.getPublic())));
            keys.add(new SymmetricKeys(SymmetricKey.random(64, random), SymmetricKey.random(64, random)));
        }
        for (int number = 0; number < DEVICES; number++) {
            Certificate authority = authorities.get(number % size.groups());
            devices.add(Issuer.of(authority, other.getPrivate(), InstantSource.system(), random)
                    .issue(Issuer.Request.of(CertificateProfile.device(), device(number), other.getPublic())));
        }
        inBatches(size.groups(), number -> {
            put("plant-" + number, new Attestation.SigningCertificates(new Slots<>(authorities.get(number), null)));
            put("line-" + number, new Attestation.SharedKeys(keys.get(number)));
            registrations.put(new Registration(
                    new RegistrationId(member(number)),
                    new RegistrationState.Disabled(Optional.empty()),
                    Optional.of("line-" + number),
                    new Credential.Key(),
                    Instant.now(),
                    Instant.now(),
                    Etag.random(random)));
        });
    }

    private void put(String id, Attestation attestation) {
        groups.put(
                new Enrollment.Group(id, attestation, Enrollment.Settings.defaults(), Map.of(), stamp()),
                new Precondition.Absent());
    }

    private Enrollment.Stamp stamp() {
        return new Enrollment.Stamp(Etag.random(random), Instant.now(), Instant.now());
    }

    private void inBatches(int count, IntConsumer write) {
        for (int from = 0; from < count; from += BATCH) {
            int first = from;
            int last = Math.min(count, from + BATCH);
            boolean _ = database.run(() -> {
                for (int number = first; number < last; number++) {
                    write.accept(number);
                }
                return true;
            });
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
