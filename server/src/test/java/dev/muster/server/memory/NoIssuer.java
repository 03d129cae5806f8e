package dev.muster.server.memory;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Optional;

/** Issues nothing. */
public final class NoIssuer implements CertificateIssuer {
    @Override
    public Issued sign(Order order) {
        throw new Refusal(Refusal.Reason.AUTHORITY_NOT_FOUND, "There is no authority.");
    }

    @Override
    public Answer ask(Order order) {
        return new Answer.Given(sign(order));
    }

    @Override
    public boolean isElsewhere(String authority) {
        return false;
    }

    @Override
    public void record(Issued issued) {
        throw new AssertionError("nothing was issued");
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return Optional.empty();
    }

    @Override
    public List<Certificate> chain(IssuedCertificate issued) {
        throw new AssertionError("nothing was issued");
    }
}
