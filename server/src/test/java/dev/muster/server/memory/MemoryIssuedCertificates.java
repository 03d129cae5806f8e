package dev.muster.server.memory;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificates;
import dev.muster.base.Page;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Issued certificates in memory. */
public final class MemoryIssuedCertificates implements IssuedCertificates {
    private final Shelf<IssuedCertificate> shelf = new Shelf<>();

    @Override
    public void add(IssuedCertificate issued) {
        shelf.put(issued.certificate().thumbprint().hex(), issued);
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return shelf.find(certificate.hex());
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint issuer, BigInteger serial) {
        return shelf.all().stream()
                .filter(issued -> issued.issuer().equals(issuer)
                        && issued.certificate().x509().getSerialNumber().equals(serial))
                .findFirst();
    }

    @Override
    public List<IssuedCertificate> of(String subject) {
        return shelf.all().stream()
                .filter(issued -> issued.subject().equalsIgnoreCase(subject))
                .sorted(Comparator.comparing(IssuedCertificate::issued).reversed())
                .toList();
    }

    @Override
    public long count(Thumbprint issuer) {
        return shelf.all().stream()
                .filter(issued -> issued.issuer().equals(issuer))
                .count();
    }

    @Override
    public Page<IssuedCertificate> expiring(Instant from, Instant to, Page.Request request) {
        return shelf.page(
                request,
                issued -> !issued.certificate().notAfter().isBefore(from)
                        && issued.certificate().notAfter().isBefore(to));
    }
}
