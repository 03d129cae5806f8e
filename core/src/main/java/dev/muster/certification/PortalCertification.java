package dev.muster.certification;

import dev.muster.authority.Issuance;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificates;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocations;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.RevocationGate;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Certificates that owners request for their devices, once they have registered their names. Thread-safe. */
public final class PortalCertification {
    private static final Basis OWNER = new Basis(Basis.Kind.OWNER, "portal");

    private final Issuance issuance;
    private final IssuedCertificates certificates;
    private final Revocations revocations;
    private final PortalLedger ledger;
    private final RevocationGate gate;
    private final Transactions transactions;
    private final InstantSource clock;
    private final UsedTokens used = new UsedTokens();

    public PortalCertification(
            Issuance issuance,
            IssuedCertificates certificates,
            Revocations revocations,
            PortalLedger ledger,
            RevocationGate gate,
            Transactions transactions,
            InstantSource clock) {
        this.issuance = issuance;
        this.certificates = certificates;
        this.revocations = revocations;
        this.ledger = ledger;
        this.gate = gate;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** In the order of authorities and names. */
    public List<RegisteredName> names() {
        return ledger.names();
    }

    /**
     * Lets certificates be requested for a name; again changes nothing.
     *
     * @throws Refusal INVALID_ARGUMENT for what can be no device's id, or AUTHORITY_NOT_FOUND
     */
    public void register(String authority, String name) {
        ledger.register(
                new RegisteredName(issuance.find(authority).name(), new RegistrationId(name).value(), clock.instant()));
    }

    /**
     * Issues a certificate.
     *
     * @param validity empty, or longer than the authority's: the authority's
     * @throws Refusal FORBIDDEN for a name that is not registered, or what {@link Issuance#sign} throws
     */
    public Issued request(String authority, String name, Csr request, Optional<Duration> validity) {
        if (!ledger.isRegistered(authority, name)) {
            throw new Refusal(
                    Reason.FORBIDDEN,
                    "The name is not registered with this certificate authority.",
                    new Explanation(
                            "name '" + name.replaceAll("\\p{Cntrl}", "?") + "'",
                            "certificates are issued for registered names alone",
                            "register it first (RegisterNewDomain)"));
        }
        // The owner asks, or the holder of a certificate.
        return issue(new Issuance.Order(authority, name, request, OWNER, validity, true));
    }

    /**
     * Issues a certificate in the place of another, whose holder asks.
     *
     * @throws Refusal UNAUTHORIZED, or as {@link #request}
     */
    public Issued renew(CertificateToken token, Certificate current, Csr request, Optional<Duration> validity) {
        IssuedCertificate known = proved(token, current.thumbprint());
        return request(known.authority(), known.subject(), request, validity);
    }

    /**
     * Revokes the certificate whose holder asks.
     *
     * @throws Refusal UNAUTHORIZED, or what {@link Revocations#revoke} throws
     */
    public void revoke(CertificateToken token) {
        IssuedCertificate known = proved(token, find(token.thumbprint()));
        revoke(known.certificate().thumbprint(), "the holder of the certificate");
    }

    /**
     * Revokes a certificate that was issued here, whoever requested it.
     *
     * @param thumbprint SHA-1 of what was requested here, SHA-256 of any
     * @throws Refusal AUTHORITY_NOT_FOUND, or what {@link Revocations#revoke} throws
     */
    public void revoke(String thumbprint) {
        Thumbprint found = find(thumbprint);
        if (certificates.find(found).isEmpty()) {
            throw new Refusal(
                    Reason.AUTHORITY_NOT_FOUND,
                    "No certificate of that thumbprint was issued here.",
                    new Explanation(
                            "certificate " + found,
                            "it is not in the record",
                            "give the SHA-1 hash of a certificate that was requested by this API, or SHA-256 of any"));
        }
        revoke(found, "the owner, by the portal");
    }

    private void revoke(Thumbprint certificate, String by) {
        revocations.revoke(
                List.of(new Revocations.Target.Named(certificate)), Grounds.of(RevocationReason.UNSPECIFIED, by));
    }

    private Thumbprint find(String thumbprint) {
        return ledger.find(thumbprint).orElseGet(() -> new Thumbprint(thumbprint));
    }

    /** The certificate whose holder has signed a token. */
    private IssuedCertificate proved(CertificateToken token, Thumbprint thumbprint) {
        IssuedCertificate known = certificates
                .find(thumbprint)
                .filter(issued -> issued.basis().kind() == Basis.Kind.OWNER)
                .orElseThrow(() -> new Refusal(
                        Reason.UNAUTHORIZED,
                        "The certificate was not issued here.",
                        new Explanation(
                                "certificate " + thumbprint,
                                "it was not requested by this API",
                                "renew it where it was issued (EST, registration), or request another")));
        token.check(known.certificate(), clock.instant());
        used.use(token, clock.instant());
        gate.check(List.of(known.certificate()));
        if (clock.instant().isAfter(known.certificate().notAfter())) {
            throw new Refusal(
                    Reason.UNAUTHORIZED,
                    "The certificate has expired.",
                    new Explanation(
                            known.certificate().summary(), "it is not good any more", "request another for its name"));
        }
        return known;
    }

    private Issued issue(Issuance.Order order) {
        Issued issued = issuance.sign(order);
        return transactions.run(() -> {
            issuance.record(issued);
            ledger.issued(
                    Thumbprint.sha1(issued.certificate().der()),
                    issued.certificate().thumbprint());
            return issued;
        });
    }
}
