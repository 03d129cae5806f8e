package dev.muster.authority;

import dev.muster.pki.Certificate;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.security.auth.x500.X500Principal;

/**
 * What was revoked by any process over the store, remembered in this one: who is asked for a certificate's status reads
 * nothing. Safe for any number of threads.
 */
public final class RevokedCertificates implements RevocationStatus, KnownAuthorities {
    private static final int CHUNK = 10_000;

    private final RevocationLog log;
    private final Consumer<List<Revocation>> effect;
    private final Map<Thumbprint, Notice> revoked = new ConcurrentHashMap<>();
    private final Map<Thumbprint, Revocation> authorities = new ConcurrentHashMap<>();
    private long followed;

    /** Little, since there may be a million of them. */
    private record Notice(RevocationReason reason, Instant time) {}

    /** @param effect is told what is refused from now on, once it is; quick, and throws nothing */
    public RevokedCertificates(RevocationLog log, Consumer<List<Revocation>> effect) {
        this.log = log;
        this.effect = effect;
    }

    /** Catches up with the store: on return, what was written before the call is in effect here. */
    public synchronized void follow() {
        RevocationLog.Changes changes = log.after(followed, CHUNK);
        while (changes.last() > followed) {
            changes.revocations().forEach(this::remember);
            followed = changes.last();
            List<Revocation> standing =
                    changes.revocations().stream().filter(Revocation::stands).toList();
            if (!standing.isEmpty()) {
                effect.accept(standing);
            }
            changes = log.after(followed, CHUNK);
        }
    }

    private void remember(Revocation revocation) {
        Thumbprint certificate = revocation.certificate();
        if (revocation.stands()) {
            if (revocation.mayIssue()) {
                authorities.put(certificate, revocation);
            }
            revoked.put(certificate, new Notice(revocation.grounds().reason(), revocation.time()));
        } else {
            revoked.remove(certificate);
            authorities.remove(certificate);
        }
    }

    /** How many stand. */
    public int count() {
        return revoked.size();
    }

    @Override
    public Optional<Objection> objection(Certificate certificate, List<Certificate> issuers) {
        return Optional.ofNullable(revoked.get(certificate.thumbprint())).map(RevokedCertificates::objection);
    }

    @Override
    public boolean concernsAuthorities() {
        return !authorities.isEmpty();
    }

    /** The revoked authorities: who knows of them follows a path up to them. */
    @Override
    public List<Certificate> withSubject(X500Principal subject) {
        return authorities.isEmpty()
                ? List.of()
                : authorities.values().stream()
                        .flatMap(revocation -> revocation.authority().stream())
                        .filter(authority ->
                                authority.x509().getSubjectX500Principal().equals(subject))
                        .toList();
    }

    private static Objection objection(Notice notice) {
        return new Objection(
                "it was revoked on " + notice.time() + " (" + notice.reason() + ")",
                notice.reason() == RevocationReason.CERTIFICATE_HOLD
                        ? "take it back, if the device may be trusted again (muster certificates release THUMBPRINT)"
                        : "issue another certificate, with another key, if the device may be trusted again (muster"
                                + " certificates revoked says who revoked this one)");
    }
}
