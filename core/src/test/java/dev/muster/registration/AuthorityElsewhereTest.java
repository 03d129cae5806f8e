package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.allocation.HubUnavailable;
import dev.muster.authority.IssuedCertificate;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Failed;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A certificate that an authority elsewhere issues, and the device that waits for it. */
final class AuthorityElsewhereTest {
    private final RegistrationScene scene = new RegistrationScene();
    private final Csr csr = csr();

    AuthorityElsewhereTest() {
        enroll("one.example");
    }

    @Test
    void deviceStaysAssigning_untilItsCertificateIsThere() {
        assertThat(scene.register(csr).state()).isEqualTo(new Assigning(Optional.empty()));
        assertThat(scene.issuer.asked).isEmpty();
        assertThat(scene.one.provisioned).isEmpty();

        scene.carryOn();
        assertThat(scene.issuer.asked)
                .singleElement()
                .satisfies(order -> assertThat(order.request().der()).isEqualTo(csr.der()));
        assertThat(scene.state()).isInstanceOf(Assigning.class);
        assertThat(scene.issuer.recorded()).hasSize(1);

        scene.carryOn();
        assertThat(certificates()).containsExactly(recorded());
        assertThat(scene.one.provisioned)
                .singleElement()
                .satisfies(device -> assertThat(device.authentication())
                        .isEqualTo(new Authentication.SelfSigned(
                                Optional.of(recorded().hex()), Optional.empty())));
        assertThat(scene.issuer.asked).hasSize(1);
        assertThat(scene.store.due(RegistrationScene.DEVICE)).isEmpty();
        assertThat(scene.store.attempts)
                .extracting(Attempt::outcome)
                .anySatisfy(outcome -> assertThat(outcome)
                        .startsWith("assigning; certificate authority 'partner' issued certificate"));
    }

    @Test
    void authorityThatIsDown_isAskedAgainWithoutEnd_atTheSoonestWhenItSays() {
        for (Duration pause : List.of(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO)) {
            scene.issuer.answers.add(() -> IssuerElsewhere.later(pause));
        }
        scene.register(csr);
        List<Long> pauses = new ArrayList<>();
        while (!scene.issuer.answers.isEmpty()) {
            Instant asked = scene.now;
            scene.carryOn();
            assertThat(scene.state()).isInstanceOf(Assigning.class);
            scene.now = scene.store.due(RegistrationScene.DEVICE).orElseThrow();
            pauses.add(Duration.between(asked, scene.now).toSeconds());
        }

        scene.carryOn();
        scene.carryOn();

        assertThat(pauses).containsExactly(1L, 2L, 300L, 8L);
        assertThat(certificates()).containsExactly(recorded());
        assertThat(scene.store.attempts.stream().flatMap(attempt -> attempt.explanation().stream()))
                .hasSize(1);
    }

    @Test
    void authorityThatRefuses_failsTheRegistration() {
        scene.issuer.answers.add(() -> {
            throw new Refusal(
                    Refusal.Reason.FORBIDDEN,
                    "The certificate authority refused the device.",
                    new Explanation("authority", "it answered 403", "look there"));
        });
        scene.register(csr);

        scene.carryOn();

        assertThat(scene.state())
                .isEqualTo(new Failed(403000, "The certificate authority refused the device.", Optional.empty()));
        assertThat(scene.store.attempts.getLast().explanation().orElseThrow().rule())
                .isEqualTo("it answered 403");
        assertThat(scene.store.due(RegistrationScene.DEVICE)).isEmpty();
    }

    /** What was issued is not paid for twice. */
    @Test
    void hubThatIsDown_isWaitedForWithTheCertificateAtHand() {
        enroll("far.example");
        scene.far.failures.add(new HubUnavailable("far.example", new Explanation("hub", "away", "wait")));
        scene.register(csr);
        scene.carryOn();
        assertThat(scene.backlog.take(1, Set.of())).singleElement().satisfies(operation -> {
            assertThat(operation.progress().waitsFor()).isEqualTo("far.example");
            scene.continuation.carryOn(operation);
        });
        scene.now = scene.store.due(RegistrationScene.DEVICE).orElseThrow();

        scene.carryOn();

        assertThat(scene.issuer.asked).hasSize(1);
        assertThat(certificates()).containsExactly(recorded());
        assertThat(scene.far.provisioned).hasSize(1);
    }

    @Test
    void webhook_isAskedOnceTheCertificateIsThere() {
        Enrollment.Webhook webhook = new Enrollment.Webhook("https://chooser.example/choose", "2019-03-31");
        scene.enrolled = RegistrationScene.issuing(Optional.of(webhook), List.of());
        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));
        scene.register(csr);

        scene.carryOn();
        assertThat(scene.questions).isEmpty();
        scene.carryOn();

        assertThat(certificates()).containsExactly(recorded());
        assertThat(scene.two.provisioned).hasSize(1);
    }

    @Test
    void registeringAgain_leavesTheCertificateBeforeBesideTheNewOne() {
        scene.register(csr);
        scene.carryOn();
        scene.carryOn();
        Thumbprint first = recorded();
        scene.now = scene.now.plusSeconds(1);

        scene.register(csr());
        scene.carryOn();
        scene.carryOn();

        assertThat(certificates()).containsExactly(recorded(), first);
    }

    @Test
    void newerRegistration_takesThePlaceOfTheOneThatIsAskedFor() {
        Csr newer = csr();
        scene.register(csr);
        scene.issuer.answers.add(() -> {
            scene.register(newer);
            return scene.issuer.ask(scene.issuer.asked.getLast());
        });
        scene.carryOn();
        assertThat(scene.issuer.recorded()).isEmpty();

        scene.carryOn();
        scene.carryOn();

        assertThat(scene.issuer.recorded())
                .singleElement()
                .satisfies(issued ->
                        assertThat(issued.certificate().x509().getPublicKey()).isEqualTo(newer.key()));
        assertThat(certificates()).containsExactly(recorded());
    }

    @Test
    void registrationThatIsDeletedMeanwhile_getsNothing() {
        scene.register(csr);
        scene.issuer.answers.add(() -> {
            scene.store.delete(RegistrationScene.DEVICE, new Precondition.Always());
            return scene.issuer.ask(scene.issuer.asked.getLast());
        });

        scene.carryOn();
        scene.carryOn();

        assertThat(scene.issuer.recorded()).isEmpty();
        assertThat(scene.store.due(RegistrationScene.DEVICE)).isEmpty();
        assertThat(scene.store.find(RegistrationScene.DEVICE)).isEmpty();
    }

    /** The owner has taken the issuer out meanwhile; then it is assigned all the same, as ever. */
    @Test
    void enrollmentWithoutAnIssuerAnyMore_givesAHubAlone() {
        scene.register(csr);
        scene.enrolled = RegistrationScene.enrollment(true);
        scene.answers.add(new Chosen(Optional.of("one.example"), Optional.empty(), Optional.empty()));

        scene.carryOn();
        scene.carryOn();

        assertThat(scene.issuer.asked).isEmpty();
        assertThat(certificates()).isEmpty();
        assertThat(scene.one.provisioned).hasSize(1);
    }

    private void enroll(String hub) {
        scene.enrolled = RegistrationScene.issuing(Optional.empty(), List.of(hub));
    }

    private static Csr csr() {
        return Csr.of(RegistrationScene.DEVICE.value(), KeyAlgorithm.EC_P256.generate(new SecureRandom()));
    }

    private List<Thumbprint> certificates() {
        assertThat(scene.state()).isInstanceOf(Assigned.class);
        return DeviceCertificates.issued(
                scene.store.find(RegistrationScene.DEVICE).orElseThrow());
    }

    private Thumbprint recorded() {
        return scene.issuer.recorded().stream()
                .map(IssuedCertificate::certificate)
                .findFirst()
                .orElseThrow()
                .thumbprint();
    }
}
