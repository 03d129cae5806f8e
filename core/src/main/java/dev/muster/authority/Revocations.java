package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocation.Place;
import dev.muster.base.Explanation;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Revokes certificates, those of other authorities included. Every method returns once what it did is on disk and in
 * effect in this process; other processes over the same store follow within a second. Not to be called within a
 * transaction. Safe for any number of threads.
 */
public final class Revocations {
    private final RevocationLog log;
    private final RevokedCertificates revoked;
    private final Authorities authorities;
    private final IssuedCertificates issued;
    private final Transactions transactions;
    private final InstantSource clock;

    public Revocations(
            RevocationLog log,
            RevokedCertificates revoked,
            Authorities authorities,
            IssuedCertificates issued,
            Transactions transactions,
            InstantSource clock) {
        this.log = log;
        this.revoked = revoked;
        this.authorities = authorities;
        this.issued = issued;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What is to be revoked. */
    public sealed interface Target {
        /** A certificate that is at hand, of whatever authority. */
        record Whole(Certificate certificate) implements Target {}

        /** A certificate of which no more is known, unless this process has issued it. */
        record Named(Thumbprint certificate) implements Target {}

        /** A device's certificate of which no more is known, unless this process has issued it. */
        record Leaf(Thumbprint certificate, String deviceId) implements Target {}

        /** A certificate that an authority of this process has issued. */
        record Serial(String authority, BigInteger serial) implements Target {}

        /**
         * An authority of this process, and with it all that it has issued.
         *
         * @param generation empty: all of them
         */
        record OwnAuthority(String name, OptionalInt generation) implements Target {}
    }

    /**
     * Revokes all targets or, if one of them cannot be, none. What is revoked already stays as it is, unless it was on
     * hold.
     *
     * @return as they stand now
     * @throws Refusal AUTHORITY_NOT_FOUND for an authority, or a serial number, that is not there
     */
    public List<Revocation> revoke(List<Target> targets, Grounds grounds) {
        List<Revocation> standing = transactions.run(() -> {
            Map<Thumbprint, Revocation> wanted = new LinkedHashMap<>();
            targets.forEach(target -> identified(target, grounds)
                    .forEach(revocation -> wanted.putIfAbsent(revocation.certificate(), revocation)));
            return wanted.values().stream().map(this::written).toList();
        });
        revoked.follow();
        return standing;
    }

    /**
     * Takes back what was only on hold.
     *
     * @throws Refusal AUTHORITY_NOT_FOUND for a certificate that is not revoked, INVALID_ARGUMENT for one that is for
     *     good
     */
    public Revocation release(Thumbprint certificate) {
        Revocation released = transactions.run(() -> {
            Revocation before = log.find(certificate).orElseThrow(() -> notRevoked(certificate));
            if (!before.isHold()) {
                throw new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "The certificate was revoked for good.",
                        new Explanation(
                                "certificate " + certificate,
                                "the reason is " + before.grounds().reason() + ", and only certificateHold ends",
                                "issue another certificate"));
            }
            if (!before.stands()) {
                return before;
            }
            Revocation after = before.taken(clock.instant());
            log.put(after);
            return after;
        });
        revoked.follow();
        return released;
    }

    /** All of them, released ones too, the last changed first. */
    public Page<Revocation> list(Page.Request request) {
        return log.list(request);
    }

    private Revocation written(Revocation wanted) {
        Optional<Revocation> before = log.find(wanted.certificate());
        boolean done = before.filter(known -> known.stands() && (!known.isHold() || wanted.isHold()))
                .isPresent();
        if (done) {
            return before.get();
        }
        log.put(wanted);
        return wanted;
    }

    private List<Revocation> identified(Target target, Grounds grounds) {
        return switch (target) {
            case Target.Whole(Certificate certificate) -> List.of(of(certificate, grounds));
            case Target.Named(Thumbprint certificate) -> List.of(of(certificate, grounds));
            case Target.Leaf(Thumbprint certificate, String deviceId) ->
                List.of(issued.find(certificate)
                        .map(known -> of(known, grounds))
                        .orElseGet(() -> unknown(certificate, "device '" + deviceId + "'", false, grounds)));
            case Target.Serial(String name, BigInteger serial) -> List.of(of(bySerial(name, serial), grounds));
            case Target.OwnAuthority(String name, OptionalInt generation) ->
                generations(name, generation).stream()
                        .flatMap(Revocations::certificates)
                        .map(certificate -> of(certificate, grounds))
                        .toList();
        };
    }

    private Revocation of(Thumbprint certificate, Grounds grounds) {
        return issued.find(certificate)
                .map(known -> of(known, grounds))
                .or(() -> own(certificate).map(known -> of(known, grounds)))
                .orElseGet(() -> unknown(certificate, "", true, grounds));
    }

    private Revocation of(IssuedCertificate known, Grounds grounds) {
        return revocation(known.certificate(), Optional.of(known.issuer()), grounds);
    }

    private Revocation of(Certificate certificate, Grounds grounds) {
        return revocation(certificate, issuer(certificate).map(Certificate::thumbprint), grounds);
    }

    private Revocation revocation(Certificate certificate, Optional<Thumbprint> issuer, Grounds grounds) {
        return new Revocation(
                certificate.thumbprint(),
                issuer.map(thumbprint ->
                        new Place(thumbprint, certificate.x509().getSerialNumber(), certificate.notAfter())),
                certificate.subject(),
                Optional.of(certificate).filter(Certificate::isAuthority),
                certificate.isAuthority(),
                grounds,
                clock.instant(),
                Optional.empty());
    }

    /** Of a certificate that nobody has shown, it is not known whether it issues others. */
    private Revocation unknown(Thumbprint certificate, String subject, boolean mayIssue, Grounds grounds) {
        return new Revocation(
                certificate,
                Optional.empty(),
                subject,
                Optional.empty(),
                mayIssue,
                grounds,
                clock.instant(),
                Optional.empty());
    }

    private IssuedCertificate bySerial(String name, BigInteger serial) {
        return generations(name, OptionalInt.empty()).stream()
                .flatMap(generation -> generation.certificate().stream())
                .flatMap(own -> issued.find(own.thumbprint(), serial).stream())
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Reason.AUTHORITY_NOT_FOUND,
                        "The certificate authority '" + name + "' has issued no certificate with the serial number "
                                + serial.toString(16) + "."));
    }

    private List<Generation> generations(String name, OptionalInt number) {
        List<Generation> found = new ArrayList<>(authorities
                .find(name)
                .map(Authority::generations)
                .orElseThrow(() -> new Refusal(
                        Reason.AUTHORITY_NOT_FOUND, "The certificate authority '" + name + "' does not exist.")));
        found.removeIf(generation -> number.isPresent() && generation.number() != number.getAsInt());
        if (found.isEmpty()) {
            throw new Refusal(
                    Reason.AUTHORITY_NOT_FOUND,
                    "The certificate authority '" + name + "' has no generation " + number.getAsInt() + ".");
        }
        return found;
    }

    private Optional<Certificate> own(Thumbprint certificate) {
        return ownCertificates().stream()
                .filter(own -> own.thumbprint().equals(certificate))
                .findFirst();
    }

    /** The authority of this process that has issued it; a root is in no CRL, since it would be its own. */
    private Optional<Certificate> issuer(Certificate certificate) {
        return ownCertificates().stream()
                .filter(own -> own.x509()
                                .getSubjectX500Principal()
                                .equals(certificate.x509().getIssuerX500Principal())
                        && !own.equals(certificate)
                        && certificate.isSignedBy(own))
                .findFirst();
    }

    private List<Certificate> ownCertificates() {
        return authorities.list().stream()
                .flatMap(authority -> authority.generations().stream())
                .flatMap(Revocations::certificates)
                .toList();
    }

    /** All that its key has. */
    private static Stream<Certificate> certificates(Generation generation) {
        return Stream.concat(
                generation.certificate().stream(),
                generation.crossSigned().stream().limit(1));
    }

    private static Refusal notRevoked(Thumbprint certificate) {
        return new Refusal(
                Reason.AUTHORITY_NOT_FOUND,
                "The certificate is not revoked.",
                new Explanation(
                        "certificate " + certificate,
                        "nothing was revoked under this thumbprint",
                        "name the SHA-256 thumbprint that 'muster certificates revoked' shows"));
    }
}
