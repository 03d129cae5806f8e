package dev.muster.certification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.TestIssuer;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.hub.Immediate;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
    private static final Basis BASIS = new Basis(Basis.Kind.ENROLLMENT_GROUP, "line-1");
    private static final KeyPair KEYS = KeyAlgorithm.EC_P256.generate(new SecureRandom());
    private static final int MANY = 10_000;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final TestIssuer issuer = new TestIssuer(clock).with("plant", Duration.ofDays(30));
    private final RequestsInMemory requests = new RequestsInMemory();
    private final Approvals approvals = new Approvals(requests, issuer.issuer(), new Immediate(), clock);

    @Test
    void request_isOneOfDeviceAuthorityAndKey() {
        CertificateRequest asked = approvals.ask(order("device-1", KEYS), "192.0.2.1");
        now = now.plusSeconds(60);

        assertThat(approvals.ask(order("device-1", KEYS), "192.0.2.2")).isEqualTo(asked);
        assertThat(approvals.ask(order("device-2", KEYS), "192.0.2.2").id()).isNotEqualTo(asked.id());
        assertThat(approvals
                        .ask(order("device-1", KeyAlgorithm.EC_P256.generate(new SecureRandom())), "192.0.2.2")
                        .id())
                .isNotEqualTo(asked.id());
        assertThat(waiting()).hasSize(3);
    }

    @Test
    void approvedRequest_isMetOnce() {
        Order order = order("device-1", KEYS);
        CertificateRequest asked = approvals.ask(order, "192.0.2.1");
        CertificateRequest approved = approvals.approve(asked.id());
        assertThat(waiting()).isEmpty();

        Approvals.Settled first = approvals.settle(approved, order);
        Approvals.Settled second = approvals.settle(approved, order);

        assertThat(first.fresh()).isPresent();
        assertThat(second.fresh()).isEmpty();
        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(issuer.issued("device-1")).hasSize(1);
        assertThat(approvals.find(order).orElseThrow().state())
                .isEqualTo(new State.Issued(now, first.certificate().thumbprint()));
        assertThat(catchThrowableOfType(Refusal.class, () -> approvals.deny(asked.id(), ""))
                        .reason())
                .isEqualTo(Reason.INVALID_ARGUMENT);
    }

    @Test
    void denialInBetween_holdsTheCertificateBack() {
        Order order = order("device-1", KEYS);
        CertificateRequest approved =
                approvals.approve(approvals.ask(order, "192.0.2.1").id());
        approvals.deny(approved.id(), "not ours");

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> approvals.settle(approved, order));

        assertThat(refusal.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refusal.text()).endsWith(": not ours");
        assertThat(issuer.issued("device-1")).isEmpty();
    }

    @Test
    void request_isForgottenAfterTwoWeeks_countedFromTheDecisionIfThereWasOne() {
        Order undecided = order("device-1", KEYS);
        Order decided = order("device-2", KEYS);
        approvals.ask(undecided, "192.0.2.1");
        String id = approvals.ask(decided, "192.0.2.1").id();
        now = now.plus(Duration.ofDays(13));
        approvals.approve(id);
        now = now.plus(Duration.ofDays(1));

        assertThat(approvals.find(undecided)).isEmpty();
        assertThat(approvals.find(decided)).isPresent();
        now = now.plus(Duration.ofDays(13));
        assertThat(catchThrowableOfType(Refusal.class, () -> approvals.approve(id))
                        .reason())
                .isEqualTo(Reason.AUTHORITY_NOT_FOUND);
        assertThat(approvals.list(false, Page.Request.first(10)).items()).isEmpty();
    }

    @Test
    void requests_areLimitedInAll_untilTheOldestAreForgotten() {
        Csr csr = Csr.of("device", KEYS);
        for (int number = 0; number < MANY; number++) {
            requests.put(new CertificateRequest(
                    "request-" + number,
                    "plant",
                    "device-" + number,
                    csr,
                    BASIS,
                    "192.0.2.1",
                    now,
                    now.plus(Duration.ofDays(14)),
                    new State.Waiting()));
        }
        Order late = new Order("plant", "late", csr, BASIS);

        assertThat(catchThrowableOfType(Refusal.class, () -> approvals.ask(late, "192.0.2.1"))
                        .reason())
                .isEqualTo(Reason.THROTTLED);
        now = now.plus(Duration.ofDays(14));
        assertThat(approvals.ask(late, "192.0.2.1").state()).isEqualTo(new State.Waiting());
        assertThat(requests.count()).isOne();
    }

    @Test
    void reason_isOneLine() {
        String id = approvals.ask(order("device-1", KEYS), "192.0.2.1").id();

        for (String reason : List.of("two\nlines", "x".repeat(257))) {
            assertThat(catchThrowableOfType(Refusal.class, () -> approvals.deny(id, reason))
                            .reason())
                    .isEqualTo(Reason.INVALID_ARGUMENT);
        }
        assertThat(approvals.deny(id, "x".repeat(256)).state()).isEqualTo(new State.Denied(now, "x".repeat(256)));
    }

    private List<CertificateRequest> waiting() {
        return approvals.list(true, Page.Request.first(10)).items();
    }

    private static Order order(String device, KeyPair keys) {
        return new Order("plant", device, Csr.of(device, keys), BASIS);
    }
}
