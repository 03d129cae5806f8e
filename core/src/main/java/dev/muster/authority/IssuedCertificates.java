package dev.muster.authority;

import dev.muster.base.Page;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Port to the record of what authorities have issued. */
public interface IssuedCertificates {
    void add(IssuedCertificate issued);

    Optional<IssuedCertificate> find(Thumbprint certificate);

    /** @param issuer of the authority's own certificate */
    Optional<IssuedCertificate> find(Thumbprint issuer, BigInteger serial);

    /** All of a device, whatever the case of its id, newest first. */
    List<IssuedCertificate> of(String subject);

    /** How many an authority's certificate has issued. */
    long count(Thumbprint issuer);

    /** Those that expire within a time, the soonest first. */
    Page<IssuedCertificate> expiring(Instant from, Instant to, Page.Request request);
}
