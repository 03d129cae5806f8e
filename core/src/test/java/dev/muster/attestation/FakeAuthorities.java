package dev.muster.attestation;

import dev.muster.base.Precondition;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificates;
import dev.muster.pki.Thumbprint;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** CA certificates that are verified or not, and nothing more. */
final class FakeAuthorities implements CaCertificates {
    final Set<Thumbprint> verified = new HashSet<>();

    @Override
    public boolean isVerified(Thumbprint thumbprint) {
        return verified.contains(thumbprint);
    }

    @Override
    public Optional<CaCertificate> find(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CaCertificate> list() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void put(CaCertificate certificate, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String name, Precondition precondition) {
        throw new UnsupportedOperationException();
    }
}
