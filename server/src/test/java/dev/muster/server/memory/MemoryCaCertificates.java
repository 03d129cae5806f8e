package dev.muster.server.memory;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificates;
import dev.muster.pki.Certificate;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** CA certificates in memory. */
public final class MemoryCaCertificates implements CaCertificates, KnownAuthorities {
    private final Shelf<CaCertificate> shelf = new Shelf<>();

    @Override
    public Optional<CaCertificate> find(String name) {
        return shelf.find(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public List<CaCertificate> list() {
        return shelf.all();
    }

    @Override
    public synchronized void put(CaCertificate certificate, Precondition precondition) {
        precondition.check(
                "certificate '" + certificate.name() + "'",
                find(certificate.name()).map(before -> before.stamp().etag()));
        shelf.put(certificate.name().toLowerCase(Locale.ROOT), certificate);
    }

    @Override
    public synchronized void delete(String name, Precondition precondition) {
        CaCertificate before = find(name)
                .orElseThrow(() -> new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "Certificate not found."));
        precondition.check(
                "certificate '" + name + "'", Optional.of(before.stamp().etag()));
        shelf.remove(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean isVerified(Thumbprint thumbprint) {
        return list().stream()
                .anyMatch(known ->
                        known.verified() && known.certificate().thumbprint().equals(thumbprint));
    }

    @Override
    public List<Certificate> withSubject(X500Principal subject) {
        return list().stream()
                .map(CaCertificate::certificate)
                .filter(certificate ->
                        certificate.x509().getSubjectX500Principal().equals(subject))
                .toList();
    }
}
