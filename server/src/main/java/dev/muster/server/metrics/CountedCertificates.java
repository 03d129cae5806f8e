package dev.muster.server.metrics;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificates;
import dev.muster.base.Page;
import dev.muster.base.Transactions;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A record of certificates that counts what is added to it for good. As thread-safe as the record. */
record CountedCertificates(IssuedCertificates certificates, Transactions transactions, Counters added)
        implements IssuedCertificates {
    @Override
    public void add(IssuedCertificate issued) {
        certificates.add(issued);
        transactions.afterCommit(() -> added.increment(issued.authority()));
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return certificates.find(certificate);
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint issuer, BigInteger serial) {
        return certificates.find(issuer, serial);
    }

    @Override
    public List<IssuedCertificate> of(String subject) {
        return certificates.of(subject);
    }

    @Override
    public long count(Thumbprint issuer) {
        return certificates.count(issuer);
    }

    @Override
    public Page<IssuedCertificate> expiring(Instant from, Instant to, Page.Request request) {
        return certificates.expiring(from, to, request);
    }
}
