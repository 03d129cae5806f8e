package dev.muster.registration;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.TestIssuer;
import dev.muster.base.Explanation;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An authority that has to be asked, and says what a test tells it to; then it issues. For one thread. */
final class IssuerElsewhere implements CertificateIssuer {
    static final String NAME = "partner";
    static final String HOST = "ca.example";

    final Deque<Supplier<Answer>> answers = new ArrayDeque<>();
    final List<Order> asked = new ArrayList<>();
    private final TestIssuer issuer;

    IssuerElsewhere(InstantSource clock) {
        this.issuer = new TestIssuer(clock).with(NAME, Duration.ofDays(30));
    }

    static Answer.Later later(Duration pause) {
        return new Answer.Later(HOST, new Explanation("authority", "nobody listens there", "wait"), pause);
    }

    List<IssuedCertificate> recorded() {
        return issuer.issued(RegistrationScene.DEVICE.value());
    }

    @Override
    public Answer begin(Order order) {
        return later(Duration.ZERO);
    }

    @Override
    public Answer ask(Order order) {
        asked.add(order);
        return answers.isEmpty()
                ? new Answer.Given(sign(order))
                : answers.removeFirst().get();
    }

    @Override
    public Issued sign(Order order) {
        return issuer.issuer().sign(order);
    }

    @Override
    public boolean isElsewhere(String authority) {
        return true;
    }

    @Override
    public void record(Issued issued) {
        issuer.issuer().record(issued);
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return issuer.issuer().find(certificate);
    }

    @Override
    public List<Certificate> chain(IssuedCertificate issued) {
        return issuer.issuer().chain(issued);
    }
}
