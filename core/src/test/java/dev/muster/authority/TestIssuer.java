package dev.muster.authority;

import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.RevocationStatus;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Authorities that are kept in memory, and what they issue. For one thread at a time. */
public final class TestIssuer {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final AuthorityRegistry registry;
    private final Issuance issuance;

    public TestIssuer(InstantSource clock) {
        registry = new AuthorityRegistry(store, store, store.vaults(), _ -> Issuer.Pointers.none(), clock, RANDOM);
        issuance = new Issuance(
                store, store, store.vaults(), RevocationStatus.NONE, _ -> Issuer.Pointers.none(), clock, RANDOM);
    }

    /** Adds a root that issues certificates of this validity. */
    public TestIssuer with(String name, Duration validity) {
        IssuingRules rules = IssuingRules.defaults();
        registry.create(new AuthorityRegistry.Draft(
                name,
                Optional.empty(),
                new AuthorityRegistry.Subject("Test " + name, Optional.empty(), 0),
                new AuthorityRegistry.KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                new IssuingRules(validity, rules.keys(), rules.purposes(), rules.ids())));
        return this;
    }

    public CertificateIssuer issuer() {
        return issuance;
    }

    /** Of a certificate that was recorded. */
    public List<Certificate> chain(Certificate certificate) {
        return issuance.chain(store.find(certificate.thumbprint()).orElseThrow());
    }

    public IssuedCertificates certificates() {
        return store;
    }

    /** All that was recorded of a device. */
    public List<IssuedCertificate> issued(String subject) {
        return store.of(subject);
    }

    /** Signs for a new key, and records nothing. */
    public Issuance.Issued signed(String authority, String subject, Basis basis) {
        Csr request = Csr.of(subject, KeyAlgorithm.EC_P256.generate(RANDOM));
        return issuance.sign(new Issuance.Order(authority, subject, request, basis));
    }

    /** Signs for a new key, and records it. */
    public Certificate issued(String authority, String subject, Basis basis) {
        Issuance.Issued signed = signed(authority, subject, basis);
        issuance.record(signed);
        return signed.certificate();
    }
}
