package dev.muster.hub;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.hub.Renewal.Holder;
import dev.muster.hub.Renewal.Outcome;
import dev.muster.hub.Renewal.Wish;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Thumbprint;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Renews devices' certificates over their hubs. What has begun is on disk before the device hears of it, and so is what
 * came of it; whoever is cut off in between asks again. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     management</a>
 */
public final class Renewals {
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{2,34}[A-Za-z0-9]");
    private static final String ANY = "*";

    private final StoredRenewals renewals;
    private final CertificateIssuer issuer;
    private final Transactions transactions;
    private final InstantSource clock;

    public Renewals(StoredRenewals renewals, CertificateIssuer issuer, Transactions transactions, InstantSource clock) {
        this.renewals = renewals;
        this.issuer = issuer;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A connection on which a device renews.
     *
     * @param certificate that the device presented there
     */
    public record Link(Devices hub, String deviceId, Optional<Certificate> certificate) {}

    /**
     * A device's request.
     *
     * @param deviceId as the device says it
     * @param replace the id of the request that this is instead of, or {@code *} for any
     */
    public record Request(Wish wish, String deviceId, Optional<String> replace) {}

    /** What becomes of a request. */
    public sealed interface Beginning {
        /** It is under way, or has been before; {@link #finish} leads to its end. */
        record Begun(Renewal renewal) implements Beginning {}

        /** Another one has to come to its end first, or to be replaced. */
        record Busy(Renewal other) implements Beginning {}
    }

    /**
     * Begins a renewal. On return it is on disk.
     *
     * @throws Refusal INVALID_ARGUMENT, FORBIDDEN for a device whose certificate is not of an authority of this
     *     service, PRECONDITION_FAILED when there is nothing to replace, or DEVICE_NOT_FOUND
     */
    public Beginning begin(Link link, Request request) {
        check(link, request);
        Certificate current = current(link).certificate();
        return transactions.run(() -> begin(device(link), current, request));
    }

    private Beginning begin(DeviceIdentity device, Certificate current, Request request) {
        Optional<Renewal> before = find(device);
        if (before.filter(it -> isSame(it.wish(), request.wish())).isPresent()) {
            return new Beginning.Begun(before.get());
        }
        Optional<Renewal> active = before.filter(Renewal::isActive);
        if (active.isPresent() && request.replace().isEmpty()) {
            return new Beginning.Busy(active.get());
        }
        request.replace()
                .filter(id -> !id.equals(ANY)
                        && active.filter(it -> it.wish().requestId().equals(id)).isEmpty())
                .ifPresent(id -> {
                    throw new Refusal(
                            Reason.PRECONDITION_FAILED,
                            "No active request has the id that is to be replaced.",
                            new Explanation(
                                    "device '" + device.deviceId() + "'",
                                    "it wants to replace the request '" + id + "'",
                                    "leave replace out, or name the request that is active"));
                });
        Renewal renewal = new Renewal(
                Holder.of(device),
                request.wish(),
                UUID.randomUUID().toString(),
                clock.instant().plus(LIFETIME),
                former(device, current, active),
                new Outcome.Pending());
        renewals.put(renewal);
        return new Beginning.Begun(renewal);
    }

    /** A device that asks again may have signed its request again, which then looks different. */
    private static boolean isSame(Wish one, Wish other) {
        return one.requestId().equals(other.requestId())
                && (one.csr().equals(other.csr())
                        || key(one).filter(key -> Optional.of(key).equals(key(other)))
                                .isPresent());
    }

    private static Optional<PublicKey> key(Wish wish) {
        try {
            return Optional.of(Csr.parseText(wish.csr()).key());
        } catch (Refusal _) {
            return Optional.empty();
        }
    }

    /** One that the device was not told of is not the last that it has. */
    private static Thumbprint former(DeviceIdentity device, Certificate current, Optional<Renewal> active) {
        return active.filter(it -> it.outcome() instanceof Outcome.Issued)
                .map(Renewal::former)
                .or(() -> device.authentication() instanceof Authentication.SelfSigned(Optional<String> primary, var _)
                        ? primary.map(Thumbprint::new)
                        : Optional.empty())
                .orElseGet(current::thumbprint);
    }

    /** Whether {@link #finish} has to wait for an authority elsewhere. */
    public boolean waits(Link link, Renewal renewal) {
        return renewal.outcome() instanceof Outcome.Pending
                && issuer.isElsewhere(current(link).authority());
    }

    /**
     * Makes an end of a renewal, if it has none yet. On return it is on disk, and the hub lets the device in with
     * either certificate; its connection stays.
     *
     * @param delivered whether the device hears of it now
     * @return empty when another one has taken its place
     * @throws Refusal UNAVAILABLE as long as the authority's key, or the authority elsewhere, is not at hand; the
     *     renewal goes on when it is asked for again
     */
    public Optional<Renewal> finish(Link link, Renewal renewal, boolean delivered) {
        if (!(renewal.outcome() instanceof Outcome.Pending)) {
            return delivered && renewal.isOwed()
                    ? settle(renewal, renewal.delivered(), () -> {})
                    : Optional.of(renewal);
        }
        Issued issued;
        try {
            issued = issuer.sign(order(link, renewal.wish()));
        } catch (Refusal refusal) {
            if (refusal.reason() == Reason.UNAVAILABLE) {
                throw refusal;
            }
            String why = refusal.explanation()
                    .filter(_ -> refusal.reason() == Reason.INVALID_ARGUMENT)
                    .map(explanation -> refusal.text() + " (" + explanation.rule() + ")")
                    .orElse(refusal.text());
            return settle(renewal, renewal.with(new Outcome.Failed(why, delivered)), () -> {});
        }
        Thumbprint fresh = issued.certificate().thumbprint();
        return settle(renewal, renewal.with(new Outcome.Issued(fresh, delivered)), () -> {
            issuer.record(issued);
            link.hub().admit(link.deviceId(), fresh, renewal.former());
        });
    }

    private Optional<Renewal> settle(Renewal before, Renewal after, Runnable effects) {
        return transactions.run(() -> {
            Optional<Renewal> stored = renewals.find(
                            before.holder().hub(), before.holder().deviceId())
                    .filter(it -> it.correlationId().equals(before.correlationId()));
            if (stored.filter(it -> it.outcome().equals(before.outcome())).isEmpty()) {
                // Settled on another connection of the device, or replaced.
                return stored;
            }
            renewals.put(after);
            effects.run();
            return Optional.of(after);
        });
    }

    private Order order(Link link, Wish wish) {
        IssuedCertificate current = current(link);
        Csr csr = Csr.parseText(wish.csr());
        // One that was issued at registration names the registration id, which need not be the device's id.
        String subject = csr.commonName().filter(current.subject()::equals).orElse(link.deviceId());
        return new Order(
                        current.authority(),
                        subject,
                        csr,
                        new Basis(Basis.Kind.HUB, link.hub().hub()))
                .withAgreement();
    }

    /** A renewal that the device has not heard the end of. */
    public Optional<Renewal> owed(Link link) {
        return link.hub().find(link.deviceId()).flatMap(this::find).filter(Renewal::isOwed);
    }

    /** The certificate that was issued first, then its issuers' up to the root. */
    public List<Certificate> chain(Outcome.Issued issued) {
        return issuer.find(issued.certificate()).map(issuer::chain).orElseThrow();
    }

    private Optional<Renewal> find(DeviceIdentity device) {
        Instant now = clock.instant();
        return renewals.find(device.hub(), device.deviceId())
                .filter(it -> it.holder().equals(Holder.of(device)) && now.isBefore(it.expires()));
    }

    private static DeviceIdentity device(Link link) {
        return link.hub()
                .find(link.deviceId())
                .orElseThrow(() -> new Refusal(Reason.DEVICE_NOT_FOUND, "The device does not exist."));
    }

    /** The record of the certificate that the device presented. */
    private IssuedCertificate current(Link link) {
        return link.certificate()
                .map(Certificate::thumbprint)
                .flatMap(issuer::find)
                .orElseThrow(() -> new Refusal(
                        Reason.FORBIDDEN,
                        "The device's certificate is not of an authority of this service.",
                        new Explanation(
                                "device '" + link.deviceId() + "'",
                                link.certificate()
                                        .map(leaf -> "its certificate " + leaf.summary() + " was not issued here")
                                        .orElse("it connected without a certificate"),
                                "let it register with a certificate signing request, under an enrollment that names an"
                                        + " authority")));
    }

    private static void check(Link link, Request request) {
        if (!REQUEST_ID.matcher(request.wish().requestId()).matches()) {
            throw invalid("$rid", "it is not of 4 to 36 letters, digits and hyphens, without one at either end");
        }
        if (!request.deviceId().equals(link.deviceId())) {
            throw invalid("id", "it is not that of the device that is connected");
        }
        request.replace()
                .filter(id -> !id.equals(ANY) && !REQUEST_ID.matcher(id).matches())
                .ifPresent(_ -> {
                    throw invalid("replace", "it is neither the id of a request nor *");
                });
        String csr = request.wish().csr();
        if (csr.length() > 2 * Csr.MAX_DER_BYTES || size(csr) > Csr.MAX_DER_BYTES) {
            throw invalid("csr", "it has more than " + Csr.MAX_DER_BYTES + " bytes");
        }
        if (size(csr) == 0) {
            throw invalid("csr", "it is empty, or not base64");
        }
    }

    private static int size(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length;
        } catch (IllegalArgumentException _) {
            return 0;
        }
    }

    private static Refusal invalid(String member, String rule) {
        return new Refusal(
                Reason.INVALID_ARGUMENT,
                member + " is invalid: " + rule + ".",
                new Explanation(member, rule, "let the SDK build the request"));
    }
}
