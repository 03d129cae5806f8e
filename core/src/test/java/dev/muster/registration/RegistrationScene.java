package dev.muster.registration;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.FakeHub;
import dev.muster.allocation.HubLinksInMemory;
import dev.muster.allocation.LinkedHubs;
import dev.muster.attestation.Attestor.Attested;
import dev.muster.attestation.Proof;
import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.ReprovisionPolicy;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResources;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Csr;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.AllocationWebhook.Answer;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.Question;
import dev.muster.registration.DeviceCertificates.Grant;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A device whose enrollment asks a webhook, its hubs, and a clock that is set by hand. For one thread. */
final class RegistrationScene {
    static final RegistrationId DEVICE = new RegistrationId("Device-1");
    private static final String URL = "https://chooser.example/api/choose?code=secret";
    private static final Attestation KEYS =
            new Attestation.SharedKeys(new SymmetricKeys(SymmetricKey.of(new byte[16]), SymmetricKey.of(new byte[16])));
    static final Attested ATTESTED =
            new Attested(enrollment(true), new Proof.Keys(((Attestation.SharedKeys) KEYS).keys()));
    static final Origin ORIGIN = new Origin("Device-1", "192.0.2.1", "HTTPS", List.of());

    final FakeHub one = FakeHub.local("one.example");
    final FakeHub two = FakeHub.local("two.example");
    final FakeHub far = FakeHub.remote("far.example");
    final StoreInMemory store = new StoreInMemory();
    final List<Question> questions = new ArrayList<>();
    final Deque<Answer> answers = new ArrayDeque<>();
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Enrollment.@Nullable Individual enrolled = enrollment(true);

    private final InstantSource clock = () -> now;
    private final Allocation allocation =
            new Allocation(new LinkedHubs(List.of(one, two), HubLinksInMemory.of("far.example"), _ -> far));
    final Backlog backlog = new Backlog(store, store, clock, "this");
    final IssuerElsewhere issuer = new IssuerElsewhere(clock);
    final Assigner assigner = new Assigner(allocation, store, backlog, issuer, store, clock, new Random(1));
    private final DeviceCertificates certificates =
            new DeviceCertificates(issuer, new OneEnrollment(), new NoGroups(), new NoResources());
    final Continuation continuation = new Continuation(
            new OneEnrollment(),
            new NoGroups(),
            allocation,
            assigner,
            new Continuation.Others(certificates, (_, question) -> {
                questions.add(question);
                return answers.removeFirst();
            }),
            backlog,
            new Continuation.Journal(store, clock));

    void assign(String hub) {
        answers.add(new Chosen(Optional.of(hub), Optional.empty(), Optional.empty()));
        register(Optional.empty());
        carryOn();
    }

    Registration register(Optional<Object> payload) {
        return assigner.assign(new Assigner.Candidate(DEVICE, ATTESTED, payload, new Grant.Nothing()), ORIGIN)
                .join();
    }

    /** With a wish for a certificate. */
    Registration register(Csr csr) {
        Enrollment enrollment = Objects.requireNonNull(enrolled);
        Grant grant = certificates.begin(
                DEVICE,
                enrollment,
                Optional.empty(),
                Optional.of(Base64.getEncoder().encodeToString(csr.der())));
        return assigner.assign(
                        new Assigner.Candidate(
                                DEVICE, new Attested(enrollment, ATTESTED.proof()), Optional.empty(), grant),
                        ORIGIN)
                .join();
    }

    void carryOn() {
        backlog.take(10, Set.of()).forEach(continuation::carryOn);
    }

    RegistrationState state() {
        return store.find(DEVICE).orElseThrow().state();
    }

    static Enrollment.Individual enrollment(boolean updateHubAssignment) {
        return new Enrollment.Individual(
                DEVICE,
                Optional.empty(),
                KEYS,
                new Enrollment.Settings(
                        true,
                        false,
                        new ReprovisionPolicy(updateHubAssignment, true),
                        Optional.of(AllocationPolicy.CUSTOM),
                        List.of(),
                        new Enrollment.Webhook(URL, "2019-03-31"),
                        null),
                Map.of(),
                Map.of(),
                new Enrollment.Stamp(new Etag("e"), Instant.EPOCH, Instant.EPOCH));
    }

    /** Whose certificates are issued elsewhere. */
    static Enrollment.Individual issuing(Optional<Enrollment.Webhook> webhook, List<String> hubs) {
        return new Enrollment.Individual(
                DEVICE,
                Optional.empty(),
                KEYS,
                new Enrollment.Settings(
                        true,
                        false,
                        new ReprovisionPolicy(true, true),
                        Optional.of(webhook.isPresent() ? AllocationPolicy.CUSTOM : AllocationPolicy.HASHED),
                        hubs,
                        webhook.orElse(null),
                        null),
                Map.of(),
                Map.of("credentialPolicyName", IssuerElsewhere.NAME),
                new Enrollment.Stamp(new Etag("e"), Instant.EPOCH, Instant.EPOCH));
    }

    private final class OneEnrollment implements Enrollments {
        @Override
        public Optional<Enrollment.Individual> find(RegistrationId id) {
            return Optional.ofNullable(enrolled);
        }

        @Override
        public void put(Enrollment.Individual enrollment, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(RegistrationId id, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Enrollment.Individual> page(Page.Request request) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NoGroups implements EnrollmentGroups {
        @Override
        public Optional<Enrollment.Group> find(String id) {
            return Optional.empty();
        }

        @Override
        public Optional<Enrollment.Group> signedBy(Thumbprint authority) {
            return Optional.empty();
        }

        @Override
        public Optional<String> lastOf(RegistrationId device) {
            return Optional.empty();
        }

        @Override
        public List<Enrollment.Group> withSharedKeys() {
            return List.of();
        }

        @Override
        public void put(Enrollment.Group group, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(String id, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Enrollment.Group> page(Page.Request request) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NoResources implements PreviewResources {
        @Override
        public Optional<PreviewResource> find(PreviewResource.Kind kind, String id) {
            return Optional.empty();
        }

        @Override
        public void put(PreviewResource resource, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(PreviewResource.Kind kind, String id, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<PreviewResource> page(PreviewResource.Kind kind, Page.Request request) {
            throw new UnsupportedOperationException();
        }
    }
}
