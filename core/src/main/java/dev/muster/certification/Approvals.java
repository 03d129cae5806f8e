package dev.muster.certification;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.base.Explanation;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.pki.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Certificates that owners agree to before they are issued: devices ask, owners decide, devices ask again. Safe for any
 * number of threads.
 */
public final class Approvals {
    private static final Duration LIFETIME = Duration.ofDays(14);
    private static final int MAX_OF_DEVICE = 4;
    private static final int MAX_IN_ALL = 10_000;
    private static final int MAX_REASON = 256;

    private final CertificateRequests requests;
    private final CertificateIssuer issuer;
    private final Transactions transactions;
    private final InstantSource clock;

    public Approvals(
            CertificateRequests requests, CertificateIssuer issuer, Transactions transactions, InstantSource clock) {
        this.requests = requests;
        this.issuer = issuer;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What the device has asked for before with the same key, if it is not forgotten. */
    Optional<CertificateRequest> find(Order order) {
        return current(CertificateRequest.id(order));
    }

    /** What the owner was asked before this was issued, if it is not forgotten. */
    Optional<CertificateRequest> find(IssuedCertificate issued) {
        return current(CertificateRequest.id(issued));
    }

    /**
     * Lays a device's wish before the owner. On return it is on disk. A device that asks with ever new keys has its
     * newest remembered.
     *
     * @param address from which the device asks
     * @return as it stands, if the device has asked before
     * @throws Refusal THROTTLED when too many wait
     */
    CertificateRequest ask(Order order, String address) {
        return transactions.run(() -> find(order).orElseGet(() -> add(order, address)));
    }

    private CertificateRequest add(Order order, String address) {
        Instant now = clock.instant();
        requests.expire(now);
        List<CertificateRequest> before = requests.of(order.subject());
        before.stream()
                .limit(Math.max(0, before.size() - MAX_OF_DEVICE + 1))
                .forEach(oldest -> requests.delete(oldest.id()));
        if (requests.count() >= MAX_IN_ALL) {
            throw new Refusal(
                    Reason.THROTTLED,
                    "Too many certificates wait for their owner's approval.",
                    new Explanation(
                            "device '" + order.subject() + "'",
                            MAX_IN_ALL + " requests are remembered, and no more",
                            "decide on them (muster certificates requests), or wait until the oldest are forgotten"));
        }
        CertificateRequest request = new CertificateRequest(
                CertificateRequest.id(order),
                order.authority(),
                order.subject(),
                order.request(),
                order.basis(),
                address,
                now,
                now.plus(LIFETIME),
                new State.Waiting());
        requests.put(request);
        return request;
    }

    /** What came of an approved request, and whether it came of it just now. */
    record Settled(Certificate certificate, Optional<Issued> fresh) {}

    /**
     * Issues what was approved, once.
     *
     * @throws Refusal what {@link CertificateIssuer#sign} throws, or FORBIDDEN when the owner has thought better of it
     */
    Settled settle(CertificateRequest approved, Order order) {
        Issued issued = issuer.sign(order.withAgreement());
        State end = transactions.run(() -> {
            State state = current(approved.id()).map(CertificateRequest::state).orElseGet(State.Waiting::new);
            if (!(state instanceof State.Approved)) {
                return state;
            }
            issuer.record(issued);
            return met(approved, issued.certificate());
        });
        return switch (end) {
            case State.Issued done
            when done.certificate().equals(issued.certificate().thumbprint()) ->
                new Settled(issued.certificate(), Optional.of(issued));
            case State.Issued done -> new Settled(issued(done).certificate(), Optional.empty());
            case State.Denied denied -> throw denied(approved, denied);
            case State.Waiting _, State.Approved _ ->
                throw new Refusal(Reason.FORBIDDEN, "The approval of this certificate was taken back.");
        };
    }

    /** Writes down by what a request was met, in the caller's transaction. */
    State met(CertificateRequest approved, Certificate certificate) {
        State done = new State.Issued(clock.instant(), certificate.thumbprint());
        requests.put(approved.with(done, approved.expires()));
        return done;
    }

    /** What was issued to a device that asks for it once more. */
    IssuedCertificate issued(State.Issued met) {
        return issuer.find(met.certificate()).orElseThrow();
    }

    static Refusal denied(CertificateRequest request, State.Denied denied) {
        String reason = denied.reason().isEmpty() ? "." : ": " + denied.reason();
        return new Refusal(
                Reason.FORBIDDEN,
                "The owner has denied this certificate" + reason,
                new Explanation(
                        "certificate request " + request.id(),
                        "its owner has denied it on " + denied.since() + reason,
                        "approve it after all (muster certificates approve " + request.id()
                                + "), or have the device ask with another key"));
    }

    /** In the order in which they were asked; see {@link CertificateRequests#list}. */
    public Page<CertificateRequest> list(boolean undecidedOnly, Page.Request page) {
        requests.expire(clock.instant());
        return requests.list(undecidedOnly, page);
    }

    /**
     * Lets a certificate be issued when its device asks again.
     *
     * @throws Refusal AUTHORITY_NOT_FOUND for a request that is not there; INVALID_ARGUMENT when it was issued
     */
    public CertificateRequest approve(String id) {
        return decide(id, State.Approved::new);
    }

    /**
     * Refuses a certificate, until the device asks with another key.
     *
     * @param reason told to the device; may be empty
     * @throws Refusal as {@link #approve}, INVALID_ARGUMENT also for a reason of more than 256 characters or a line
     */
    public CertificateRequest deny(String id, String reason) {
        if (reason.length() > MAX_REASON || reason.codePoints().anyMatch(Character::isISOControl)) {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT, "The reason must be one line of at most " + MAX_REASON + " characters.");
        }
        return decide(id, now -> new State.Denied(now, reason.strip()));
    }

    private CertificateRequest decide(String id, Function<Instant, State> decision) {
        return transactions.run(() -> {
            CertificateRequest request = current(id)
                    .orElseThrow(() -> new Refusal(
                            Reason.AUTHORITY_NOT_FOUND,
                            "There is no such certificate request.",
                            new Explanation(
                                    "certificate request " + id.replaceAll("\\p{Cntrl}", "?"),
                                    "no device has asked for it, or that was more than " + LIFETIME.toDays()
                                            + " days ago",
                                    "look for its id: muster certificates requests --all")));
            if (request.state() instanceof State.Issued issued) {
                throw new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "The certificate was issued on " + issued.since() + " already.",
                        new Explanation(
                                "certificate request " + id,
                                "its device has the certificate " + issued.certificate(),
                                "revoke that: muster certificates revoke " + issued.certificate()));
            }
            Instant now = clock.instant();
            CertificateRequest decided = request.with(decision.apply(now), now.plus(LIFETIME));
            requests.put(decided);
            return decided;
        });
    }

    private Optional<CertificateRequest> current(String id) {
        Instant now = clock.instant();
        return requests.find(id).filter(request -> now.isBefore(request.expires()));
    }
}
