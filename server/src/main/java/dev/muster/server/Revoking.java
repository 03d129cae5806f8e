package dev.muster.server;

import dev.muster.authority.Revocations;
import dev.muster.authority.RevokedCertificates;
import dev.muster.hub.Hubs;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.RevocationGate;
import dev.muster.registration.DeviceRevocation;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Api;
import dev.muster.server.revocation.RevocationApi;
import dev.muster.server.tls.PeerConnections;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** The parts that judge by what was revoked, put together. */
record Revoking(
        RevokedCertificates revoked,
        Revocations revocations,
        ChainValidator validator,
        KnownAuthorities known,
        PeerConnections connections) {

    static Revoking of(Storage storage, InstantSource clock) {
        KnownAuthorities stored = both(storage.knownAuthorities(), storage.ownAuthorities());
        PeerConnections connections = new PeerConnections(stored);
        RevokedCertificates revoked = new RevokedCertificates(storage.revocations(), connections::end);
        revoked.follow();
        // A path is to lead up to an authority that was revoked, whoever else knows of that.
        KnownAuthorities known = both(stored, revoked);
        return new Revoking(
                revoked,
                new Revocations(
                        storage.revocations(),
                        revoked,
                        storage.ownAuthorities(),
                        storage.issued(),
                        storage.database(),
                        clock),
                new ChainValidator(revoked),
                known,
                connections);
    }

    private static KnownAuthorities both(KnownAuthorities some, KnownAuthorities more) {
        return subject -> {
            List<Certificate> first = some.withSubject(subject);
            List<Certificate> second = more.withSubject(subject);
            return second.isEmpty()
                    ? first
                    : Stream.concat(first.stream(), second.stream()).distinct().toList();
        };
    }

    RevocationGate gate() {
        return new RevocationGate(validator, known);
    }

    /** What owners call. */
    Api api(Storage storage, Hubs hubs, String administratorToken) {
        return new RevocationApi(
                revocations,
                new DeviceRevocation(
                        revocations, storage.issued(), storage.enrollments(), storage.registrations(), hubs),
                new Administrator(administratorToken));
    }
}
