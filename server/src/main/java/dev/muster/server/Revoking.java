package dev.muster.server;

import dev.muster.authority.Revocations;
import dev.muster.authority.RevokedCertificates;
import dev.muster.hub.Hubs;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.RevocationGate;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.revocation.ForeignRevocations;
import dev.muster.registration.DeviceRevocation;
import dev.muster.server.config.Config;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Api;
import dev.muster.server.link.HttpRevocationSource;
import dev.muster.server.link.Https;
import dev.muster.server.link.Trust;
import dev.muster.server.revocation.RevocationApi;
import dev.muster.server.tls.PeerConnections;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The parts that judge by what was revoked, put together. */
record Revoking(
        RevokedCertificates revoked,
        Revocations revocations,
        ChainValidator validator,
        KnownAuthorities known,
        PeerConnections connections,
        Optional<ForeignRevocations> foreign) {

    static Revoking of(Config config, Storage storage, InstantSource clock) {
        KnownAuthorities stored = both(storage.knownAuthorities(), storage.ownAuthorities());
        PeerConnections connections = new PeerConnections(stored);
        RevokedCertificates revoked = new RevokedCertificates(storage.revocations(), connections::end);
        revoked.follow();
        // A path is to lead up to an authority that was revoked, whoever else knows of that.
        KnownAuthorities known = both(stored, revoked);
        Optional<ForeignRevocations> foreign = foreign(config, storage, known, connections, clock);
        return new Revoking(
                revoked,
                new Revocations(
                        storage.revocations(),
                        revoked,
                        storage.ownAuthorities(),
                        storage.issued(),
                        storage.database(),
                        clock),
                new ChainValidator(foreign.<RevocationStatus>map(elsewhere -> new Both(revoked, elsewhere))
                        .orElse(revoked)),
                known,
                connections,
                foreign);
    }

    private static Optional<ForeignRevocations> foreign(
            Config config, Storage storage, KnownAuthorities known, PeerConnections connections, InstantSource clock) {
        Config.Foreign wanted = config.authorities().foreign();
        if (wanted.policy().check() == ForeignRevocations.Check.NONE) {
            return Optional.empty();
        }
        Https http = new Https(Trust.context(Optional.empty()), wanted.timeout());
        return Optional.of(new ForeignRevocations(
                wanted.policy(),
                new HttpRevocationSource(http, Set.copyOf(wanted.hosts()), clock),
                new ForeignRevocations.Surroundings(
                        known,
                        authority -> storage.authorities().isVerified(authority.thumbprint()),
                        authority -> storage.ownAuthorities()
                                .withSubject(authority.x509().getSubjectX500Principal())
                                .contains(authority),
                        connections::end),
                clock));
    }

    /** What is remembered here comes first: it costs nothing. */
    private record Both(RevocationStatus remembered, RevocationStatus elsewhere) implements RevocationStatus {
        @Override
        public Optional<Objection> objection(Certificate certificate, List<Certificate> issuers) {
            return remembered.objection(certificate, issuers).or(() -> elsewhere.objection(certificate, issuers));
        }

        @Override
        public boolean concernsAuthorities() {
            return remembered.concernsAuthorities() || elsewhere.concernsAuthorities();
        }

        @Override
        public Optional<String> evidence(Certificate certificate, List<Certificate> issuers) {
            return elsewhere.evidence(certificate, issuers);
        }
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
