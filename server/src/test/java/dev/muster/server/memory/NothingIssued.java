package dev.muster.server.memory;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificates;
import dev.muster.base.Page;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A record of certificates that stays empty. */
public final class NothingIssued implements IssuedCertificates {
    @Override
    public void add(IssuedCertificate issued) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return Optional.empty();
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint issuer, BigInteger serial) {
        return Optional.empty();
    }

    @Override
    public List<IssuedCertificate> of(String subject) {
        return List.of();
    }

    @Override
    public Page<IssuedCertificate> expiring(Instant from, Instant to, Page.Request request) {
        return new Page<>(List.of(), Optional.empty());
    }
}
