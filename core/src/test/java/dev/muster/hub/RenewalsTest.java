package dev.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.TestIssuer;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.hub.Renewal.Outcome;
import dev.muster.hub.Renewal.Wish;
import dev.muster.hub.Renewals.Beginning;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Peer;
import dev.muster.pki.Thumbprint;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The renewal of a certificate over a hub, case by case as the reference lists them (9.3). */
class RenewalsTest {
    private static final Basis BASIS = new Basis(Basis.Kind.INDIVIDUAL_ENROLLMENT, "device-1");

    private Instant now = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private final InstantSource clock = () -> now;
    private final TestIssuer issuer = new TestIssuer(clock).with("plant", Duration.ofDays(30));
    private final Map<String, Renewal> stored = new HashMap<>();
    private final Sessions sessions = new Sessions();
    private final Devices hub = new Devices(
            "hub.example", new Identities(), new StoredTwins(), sessions, new Immediate(), clock, new Random(1));
    private final Renewals renewals = new Renewals(new Stored(), issuer.issuer(), new Immediate(), clock);
    private final Certificate current = issuer.issued("plant", "device-1", BASIS);
    private final Renewals.Link link = new Renewals.Link(hub, "device-1", Optional.of(current));
    private final Link session = new Link();

    RenewalsTest() {
        hub.put(
                new Devices.Definition("device-1", true, "", Authentication.SelfSigned.of(current.thumbprint()), false),
                new Precondition.Absent());
        hub.connect("device-1", peer(current), session);
    }

    @Test
    void renewedDevice_isLetInWithEitherCertificate_andStaysConnected() {
        Renewal renewal = begun(request("req-1"));
        assertThat(renewal.expires()).isEqualTo(now.plus(Duration.ofHours(12)));

        Certificate fresh = issued(renewal, true);

        assertThat(hub.find("device-1").orElseThrow().authentication())
                .isEqualTo(selfSigned(fresh.thumbprint(), current.thumbprint()));
        assertThat(session.closed).isEmpty();
        assertThat(issuer.issued("device-1")).hasSize(2);
        hub.authenticate("device-1", peer(fresh));
        hub.authenticate("device-1", peer(current));
    }

    @Test
    void repeatedRequest_fetchesTheSameResult() {
        Renewals.Request request = request("req-1");
        Renewal renewal = begun(request);
        Certificate fresh = issued(renewal, false);

        Renewal again = begun(request);

        assertThat(again.correlationId()).isEqualTo(renewal.correlationId());
        assertThat(issued(again, true)).isEqualTo(fresh);
        assertThat(issued(begun(request), true)).isEqualTo(fresh);
        assertThat(issuer.issued("device-1")).hasSize(2);
    }

    @Test
    void renewalThatWasCutOff_isOwedAndFinished() {
        Renewal renewal = begun(request("req-1"));

        Renewal owed = renewals.owed(link).orElseThrow();

        assertThat(owed).isEqualTo(renewal);
        issued(owed, true);
        assertThat(renewals.owed(link)).isEmpty();
    }

    @Test
    void secondRequest_waitsForTheFirst_orReplacesIt() {
        Renewal first = begun(request("req-1"));

        assertThat(renewals.begin(link, request("req-2"))).isEqualTo(new Beginning.Busy(first));
        assertThat(refusal(request("req-2", "req-3"))).isEqualTo(Reason.PRECONDITION_FAILED);
        Renewal second = begun(request("req-2", "req-1"));
        Renewal third = begun(request("req-3", "*"));

        assertThat(renewals.finish(link, second, true)).isEmpty();
        issued(third, true);
        assertThat(refusal(request("req-4", "req-3"))).as("done").isEqualTo(Reason.PRECONDITION_FAILED);
        begun(request("req-4"));
    }

    /** The certificate that the device never got is not one that it can come back with. */
    @Test
    void undeliveredCertificate_doesNotPushTheDevicesOwnOut() {
        issued(begun(request("req-1")), false);
        Certificate fresh = issued(begun(request("req-2", "*")), true);

        assertThat(hub.find("device-1").orElseThrow().authentication())
                .isEqualTo(selfSigned(fresh.thumbprint(), current.thumbprint()));
        assertThat(issued(begun(request("req-3")), true)).isNotEqualTo(fresh);
        assertThat(((Authentication.SelfSigned)
                                hub.find("device-1").orElseThrow().authentication())
                        .secondaryThumbprint())
                .contains(fresh.thumbprint().hex());
    }

    @Test
    void renewal_isForgottenAfterTwelveHours_orWithTheDevice() {
        Renewal first = begun(request("req-1"));
        now = now.plus(Duration.ofHours(12));
        assertThat(renewals.owed(link)).isEmpty();

        Renewal second = begun(request("req-1"));
        assertThat(second.correlationId()).isNotEqualTo(first.correlationId());
        hub.delete("device-1", new Precondition.Always());
        hub.put(
                new Devices.Definition("device-1", true, "", Authentication.SelfSigned.of(current.thumbprint()), false),
                new Precondition.Absent());
        assertThat(renewals.owed(link)).isEmpty();
    }

    @Test
    void requestOfNoSense_isRefusedAtOnce() {
        String csr = csr("device-1");
        for (Renewals.Request request : List.of(
                new Renewals.Request(new Wish("req-1", csr), "device-2", Optional.empty()),
                new Renewals.Request(new Wish("req-1", ""), "device-1", Optional.empty()),
                new Renewals.Request(new Wish("req-1", "no*base64"), "device-1", Optional.empty()),
                new Renewals.Request(
                        new Wish("req-1", Base64.getEncoder().encodeToString(new byte[Csr.MAX_DER_BYTES + 1])),
                        "device-1",
                        Optional.empty()),
                new Renewals.Request(new Wish("req-1", csr), "device-1", Optional.of("?")))) {
            assertThat(refusal(request)).isEqualTo(Reason.INVALID_ARGUMENT);
        }
        assertThat(stored).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-abcd", "abcd-", "ab_cd", "a1234567890123456789012345678901234567"})
    void requestId_hasARule(String id) {
        assertThat(refusal(request(id))).isEqualTo(Reason.INVALID_ARGUMENT);
    }

    /** Accepted first, as it is at Azure. */
    @ParameterizedTest
    @ValueSource(strings = {"device-2", "DEVICE-1"})
    void requestForAnotherName_failsLater(String name) {
        Renewal renewal = begun(new Renewals.Request(new Wish("req-1", csr(name)), "device-1", Optional.empty()));

        assertThat(renewals.finish(link, renewal, true))
                .hasValueSatisfying(done -> assertThat(done.outcome())
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.message()).contains("'" + name + "', not 'device-1'")));
        begun(request("req-2"));
    }

    @Test
    void certificateOfOthers_isNotRenewed() {
        Certificate foreign =
                new TestIssuer(clock).with("other", Duration.ofDays(1)).issued("other", "device-1", BASIS);

        for (Optional<Certificate> presented : List.of(Optional.of(foreign), Optional.<Certificate>empty())) {
            Refusal refusal = catchThrowableOfType(
                    Refusal.class,
                    () -> renewals.begin(new Renewals.Link(hub, "device-1", presented), request("req-1")));
            assertThat(refusal.reason()).isEqualTo(Reason.FORBIDDEN);
            assertThat(refusal.explanation()).isPresent();
        }
    }

    private Renewal begun(Renewals.Request request) {
        return ((Beginning.Begun) renewals.begin(link, request)).renewal();
    }

    private Certificate issued(Renewal renewal, boolean delivered) {
        Outcome.Issued outcome = (Outcome.Issued)
                renewals.finish(link, renewal, delivered).orElseThrow().outcome();
        assertThat(outcome.delivered()).isEqualTo(delivered);
        return renewals.chain(outcome).getFirst();
    }

    private Reason refusal(Renewals.Request request) {
        return catchThrowableOfType(Refusal.class, () -> renewals.begin(link, request))
                .reason();
    }

    private static Renewals.Request request(String id) {
        return new Renewals.Request(new Wish(id, csr("device-1")), "device-1", Optional.empty());
    }

    private static Renewals.Request request(String id, String replace) {
        return new Renewals.Request(new Wish(id, csr("device-1")), "device-1", Optional.of(replace));
    }

    private static String csr(String name) {
        return Base64.getEncoder()
                .encodeToString(Csr.of(name, KeyAlgorithm.EC_P256.generate(new SecureRandom()))
                        .der());
    }

    private static Peer peer(Certificate certificate) {
        return new Peer("192.0.2.1", "MQTT", List.of(certificate), Optional.empty());
    }

    private static Authentication selfSigned(Thumbprint primary, Thumbprint secondary) {
        return new Authentication.SelfSigned(Optional.of(primary.hex()), Optional.of(secondary.hex()));
    }

    private final class Stored implements StoredRenewals {
        @Override
        public Optional<Renewal> find(String hubName, String deviceId) {
            return Optional.ofNullable(stored.get(hubName + "/" + deviceId));
        }

        @Override
        public void put(Renewal renewal) {
            stored.put(renewal.holder().hub() + "/" + renewal.holder().deviceId(), renewal);
        }
    }
}
