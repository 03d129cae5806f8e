package dev.muster.external;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificates;
import dev.muster.authority.IssuingRules;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.external.ExternalAuthorities.Link;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Thumbprint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Has certificates issued by this process's authorities, or by those elsewhere. Safe for any number of threads. */
public final class AnyIssuer implements CertificateIssuer {
    private final Issuance own;
    private final ExternalAuthorities others;
    private final IssuedCertificates certificates;
    private final IssuerChains chains;
    private final Acceptance acceptance;
    private final InstantSource clock;

    public AnyIssuer(
            Issuance own,
            ExternalAuthorities others,
            IssuedCertificates certificates,
            IssuerChains chains,
            ChainValidator validator,
            InstantSource clock) {
        this.own = own;
        this.others = others;
        this.certificates = certificates;
        this.chains = chains;
        this.acceptance = new Acceptance(validator, clock);
        this.clock = clock;
    }

    @Override
    public Issued sign(Order order) {
        return own.signIfOwn(order).orElseGet(() -> switch (askElsewhere(order)) {
            case Answer.Given(Issued issued) -> issued;
            case Answer.Later(var _, Explanation why, var _) ->
                throw new Refusal(Reason.UNAVAILABLE, "The certificate authority is not there now.", why);
        });
    }

    @Override
    public Answer begin(Order order) {
        return own.signIfOwn(order)
                .<Answer>map(Answer.Given::new)
                .orElseGet(() -> later(link(order).authority(), "it has not been asked yet", Duration.ZERO));
    }

    @Override
    public Answer ask(Order order) {
        return own.has(order.authority()) ? own.ask(order) : askElsewhere(order);
    }

    @Override
    public boolean isElsewhere(String authority) {
        return !own.has(authority);
    }

    private Answer askElsewhere(Order order) {
        Link link = link(order);
        ExternalAuthority authority = link.authority();
        return switch (link.issuer().ask(order.subject(), order.request())) {
            case ExternalIssuer.Answer.Certified certified -> new Answer.Given(accepted(authority, order, certified));
            case ExternalIssuer.Answer.Later(String why, Duration pause) -> later(authority, why, pause);
            case ExternalIssuer.Answer.Refused(String why) ->
                throw new Refusal(
                        Reason.FORBIDDEN,
                        "The certificate authority refused the device.",
                        new Explanation(
                                authority.title(),
                                why,
                                "see what its own records say, correct it there or link it anew (muster authorities"
                                        + " link), then let the device register"));
        };
    }

    /** The authority to ask, for a request that names its device. */
    private Link link(Order order) {
        Link link = others.find(order.authority());
        IssuingRules.checkName(order.subject(), order.request());
        return link;
    }

    private static Answer.Later later(ExternalAuthority authority, String why, Duration pause) {
        return new Answer.Later(
                authority.host(),
                new Explanation(authority.title(), why, "none yet: the device waits, and the authority is asked again"),
                pause);
    }

    private Issued accepted(ExternalAuthority authority, Order order, ExternalIssuer.Answer.Certified certified) {
        List<Certificate> chain = acceptance.chain(authority.title(), order.subject(), order.request(), certified);
        Certificate certificate = chain.getFirst();
        IssuedCertificate record = new IssuedCertificate(
                certificate,
                chain.get(1).thumbprint(),
                authority.name(),
                order.subject(),
                order.basis(),
                clock.instant());
        Optional<IssuedCertificate> other = certificates
                .find(certificate.thumbprint())
                .or(() -> certificates.find(record.issuer(), certificate.x509().getSerialNumber()));
        if (other.filter(it -> !isSame(it, record)).isPresent()) {
            throw new Refusal(
                    Reason.FORBIDDEN,
                    "The certificate authority sent a certificate that cannot be used.",
                    new Explanation(
                            "certificate of " + authority.title(),
                            "it has the serial number of one that '"
                                    + other.get().subject() + "' has",
                            "let the authority give each certificate a serial number of its own"));
        }
        return new Issued(record, chain, true);
    }

    private static boolean isSame(IssuedCertificate one, IssuedCertificate other) {
        return one.certificate().equals(other.certificate()) && one.subject().equalsIgnoreCase(other.subject());
    }

    /** An authority may answer a request that it has seen before with what it answered then. */
    @Override
    public void record(Issued issued) {
        if (!issued.elsewhere()) {
            own.record(issued);
            return;
        }
        chains.put(issued.chain().subList(1, issued.chain().size()));
        if (certificates.find(issued.certificate().thumbprint()).isEmpty()) {
            certificates.add(issued.record());
        }
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return own.find(certificate);
    }

    @Override
    public List<Certificate> chain(IssuedCertificate issued) {
        List<Certificate> chain = own.chain(issued);
        return chain.size() > 1
                ? chain
                : Stream.concat(chain.stream(), chains.find(issued.issuer()).stream())
                        .toList();
    }
}
