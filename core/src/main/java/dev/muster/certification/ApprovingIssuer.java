package dev.muster.certification;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.base.Explanation;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets registrations wait for certificates that their owner has to approve. Safe for any number of threads.
 *
 * @see DeviceCertification which does so for EST
 */
public final class ApprovingIssuer implements CertificateIssuer {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** Stands where a request over EST has an address: an order does not know where its device is. */
    private static final String ORIGIN = "registration";

    private final CertificateIssuer issuer;
    private final Issuance own;
    private final Approvals approvals;

    /**
     * @param issuer who issues, once there is nothing to approve
     * @param own the authorities that may want approval
     */
    public ApprovingIssuer(CertificateIssuer issuer, Issuance own, Approvals approvals) {
        this.issuer = issuer;
        this.own = own;
        this.approvals = approvals;
    }

    @Override
    public Issued sign(Order order) {
        return issuer.sign(order);
    }

    @Override
    public Answer begin(Order order) {
        return needsApproval(order) ? decided(order, issuer::begin) : issuer.begin(order);
    }

    @Override
    public Answer ask(Order order) {
        return needsApproval(order) ? decided(order, issuer::ask) : issuer.ask(order);
    }

    private boolean needsApproval(Order order) {
        return !order.agreed() && own.has(order.authority()) && own.needsApproval(order);
    }

    private Answer decided(Order order, Function<Order, Answer> whenApproved) {
        CertificateRequest request = approvals.find(order).orElseGet(() -> approvals.ask(order, ORIGIN));
        return switch (request.state()) {
            case State.Waiting() ->
                new Answer.Later(
                        "owner of certificate authority '" + order.authority() + "'",
                        new Explanation(
                                "certificate request " + request.id(),
                                "it waits for its owner's approval",
                                "muster certificates approve " + request.id() + ", or deny it"),
                        PAUSE);
            case State.Denied denied -> throw Approvals.denied(request, denied);
            case State.Approved _ -> whenApproved.apply(order.withAgreement());
            case State.Issued issued -> {
                IssuedCertificate known = approvals.issued(issued);
                yield new Answer.Given(new Issued(known, issuer.chain(known)));
            }
        };
    }

    @Override
    public boolean isElsewhere(String authority) {
        return issuer.isElsewhere(authority);
    }

    /** Not again what was issued before, and is only given once more. */
    @Override
    public void record(Issued issued) {
        Optional<CertificateRequest> request = issued.elsewhere() ? Optional.empty() : approvals.find(issued.record());
        if (request.filter(known -> known.isMetBy(issued.certificate())).isPresent()) {
            return;
        }
        issuer.record(issued);
        request.filter(known -> known.state() instanceof State.Approved)
                .ifPresent(approved -> approvals.met(approved, issued.certificate()));
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return issuer.find(certificate);
    }

    @Override
    public List<Certificate> chain(IssuedCertificate issued) {
        return issuer.chain(issued);
    }
}
