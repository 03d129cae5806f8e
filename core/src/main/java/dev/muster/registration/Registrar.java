package dev.muster.registration;

import dev.muster.attestation.Attestor;
import dev.muster.attestation.Attestor.Attested;
import dev.muster.attestation.Claim;
import dev.muster.base.Explanation;
import dev.muster.base.NoWaiting;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.Peer;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Assigner.Candidate;
import dev.muster.registration.DeviceCertificates.Given;
import dev.muster.registration.DeviceCertificates.Grant;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Failed;
import dev.muster.tpm.TpmKeys;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The registration of a device, from its proof to its hub. Safe for any number of threads. */
public final class Registrar {
    private final Identity identity;
    private final Attestor attestor;
    private final Assigner assigner;
    private final DeviceCertificates certificates;
    private final Registrations registrations;
    private final Attempts attempts;
    private final Ambient ambient;
    private final OperationIds operationIds;
    private final RecentOperations recent = new RecentOperations();

    /**
     * What makes this service this one.
     *
     * @param idScope what devices call it
     * @param operationKey secret that authenticates operation ids
     */
    public record Identity(String idScope, byte[] operationKey) {
        @Override
        public String toString() {
            return "Identity[" + idScope + "]";
        }
    }

    /** Time, randomness, and how many may come at a time. */
    public record Ambient(InstantSource clock, RandomGenerator random, Throttle throttle) {
        /** Where as many may come as want to. */
        public Ambient(InstantSource clock, RandomGenerator random) {
            this(clock, random, new Throttle(Throttle.Limits.none(), clock));
        }
    }

    public Registrar(
            Identity identity,
            Attestor attestor,
            Assigner assigner,
            DeviceCertificates certificates,
            Registrations registrations,
            Attempts attempts,
            Ambient ambient) {
        this.identity = identity;
        this.attestor = attestor;
        this.assigner = assigner;
        this.certificates = certificates;
        this.registrations = registrations;
        this.attempts = attempts;
        this.ambient = ambient;
        this.operationIds = new OperationIds(identity.operationKey(), ambient.random());
    }

    /**
     * A device's wish to be assigned.
     *
     * @param registrationId as the device spelled it
     */
    public record Request(String idScope, String registrationId, Peer peer, Contents contents) {
        /** Of a device that says nothing but who it is. */
        public Request(String idScope, String registrationId, Peer peer) {
            this(idScope, registrationId, peer, Contents.EMPTY);
        }

        public Request saying(Contents contents) {
            return new Request(idScope, registrationId, peer, contents);
        }
    }

    /**
     * What a device says when it registers.
     *
     * @param payload for whoever chooses its hub: plain JSON
     * @param tpm the keys of its TPM, where that is to prove who it is
     * @param csr its wish for a certificate, as it was sent: it is not read before the device has proved who it is
     */
    public record Contents(Optional<Object> payload, Optional<TpmKeys> tpm, Optional<String> csr) {
        static final Contents EMPTY = new Contents(Optional.empty(), Optional.empty(), Optional.empty());

        /** Of a device that names its TPM and nothing else. */
        public static Contents of(TpmKeys tpm) {
            return new Contents(Optional.empty(), Optional.of(tpm), Optional.empty());
        }

        /** These, with the TPM that the device is known to have. */
        public Contents with(TpmKeys known) {
            return new Contents(payload, Optional.of(known), csr);
        }
    }

    /**
     * The work on a registration, by whose id the device asks for its result.
     *
     * @param given what goes with the hub, once the device has one
     */
    public record Operation(String id, Registration registration, Given given) {
        public Operation(String id, Registration registration) {
            this(id, registration, Given.NOTHING);
        }
    }

    /**
     * Reads what a device sent. What makes no sense leaves the same record as what is not proved.
     *
     * @param unread from whom it is, without what it brought
     * @throws Refusal that of the reading
     */
    public Request read(Request unread, Supplier<Request> reading) {
        try {
            return reading.get();
        } catch (Refusal refusal) {
            throw recorded(unread, refusal);
        }
    }

    /**
     * Leaves a record of a device's attempt that is refused. Returns at once.
     *
     * @return the refusal
     */
    public Refusal recorded(Request request, Refusal refusal) {
        attempts.record(Origin.of(request).refused(ambient.clock().instant(), refusal));
        return refusal;
    }

    /**
     * Registers a device. On return the outcome, good or bad, is on disk, or that others have to be asked first; the
     * device is told that it is being assigned and asks again.
     *
     * @throws Refusal when the device did not prove who it is; then nothing was written but the record of the attempt.
     *     THROTTLED where too many want to register; then there is no record either
     */
    public Operation register(Request request) {
        ambient.throttle().admitRegistration();
        try {
            return begin(request).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * As {@link #register}, for a thread that must not wait. The result is there when the outcome is on disk, or fails
     * with the refusal; what depends on it is quick, since other registrations wait for it.
     *
     * @param others do what memory alone does not suffice for
     */
    public CompletableFuture<Operation> startToRegister(Request request, Executor others) {
        if (!admitsAtOnce()) {
            return CompletableFuture.supplyAsync(() -> register(request), others);
        }
        Optional<Start> known = startAtOnce(request);
        if (known.isEmpty()) {
            return begin(request, others);
        }
        Start start = known.get();
        return assigner.assignIf(
                        () -> attestor.hasNoEnrollmentOfItsOwn(start.candidate().id()),
                        start.candidate(),
                        start.origin())
                .thenCompose(assigned -> assigned.isPresent()
                        ? CompletableFuture.completedFuture(begun(start, assigned.get()))
                        : begin(request, others));
    }

    private boolean admitsAtOnce() {
        return NoWaiting.attempt(() -> {
                    ambient.throttle().admitRegistration();
                    return true;
                })
                .isPresent();
    }

    private CompletableFuture<Operation> begin(Request request, Executor others) {
        return CompletableFuture.completedFuture(request).thenComposeAsync(this::begin, others);
    }

    /** Returns when the device has proved who it is; the result is there when the outcome is on disk. */
    private CompletableFuture<Operation> begin(Request request) {
        Start start;
        try {
            start = start(request);
        } catch (Refusal refusal) {
            throw recorded(request, refusal);
        }
        return assigner.assign(start.candidate(), start.origin()).thenApply(registration -> begun(start, registration));
    }

    /** A device that has proved who it is. */
    private record Start(Candidate candidate, Origin origin, String operationId) {}

    private Start start(Request request) {
        Claim claim = claim(request);
        Attested attested = attestor.attest(claim);
        return start(
                request,
                attested,
                certificates.begin(
                        claim.id(),
                        attested.enrollment(),
                        attested.proof().leaf(),
                        request.contents().csr()));
    }

    /**
     * As {@link #start} for most devices, those of groups with certificates, if they have no enrollment of their own:
     * that is seen where the registration is written, which saves reading it before. Refuses nothing.
     */
    private Optional<Start> startAtOnce(Request request) {
        if (request.contents().csr().isPresent()) {
            return Optional.empty();
        }
        try {
            return attestor.attestAtOnce(claim(request)).map(attested -> start(request, attested, new Grant.Nothing()));
        } catch (Refusal _) {
            return Optional.empty();
        }
    }

    private Start start(Request request, Attested attested, Grant grant) {
        RegistrationId id = new RegistrationId(request.registrationId());
        return new Start(
                new Candidate(id, attested, request.contents().payload(), grant),
                Origin.of(request),
                operationIds.issue(id));
    }

    private Operation begun(Start start, Registration registration) {
        Operation operation = new Operation(start.operationId(), registration);
        Candidate candidate = start.candidate();
        Enrollment enrollment = candidate.attested().enrollment();
        RegistrationState state = registration.state();
        String how = candidate
                .grant()
                .certificate()
                .filter(_ -> !(state instanceof Failed))
                .map(DeviceCertificates::told)
                .orElse("");
        attempts.record(start.origin().finished(ambient.clock().instant(), enrollment, state, how));
        if (!(state instanceof Assigning)) {
            recent.add(operation, DeviceCertificates.concern(enrollment, registration));
        }
        return operation;
    }

    /**
     * What a device with a TPM must let that take in, to make the token that it then registers with, naming the same
     * TPM. HTTPS answers with it a registration that names a TPM and has no token; the SASL mechanism TPM sends it in
     * two parts.
     *
     * @return the authentication key of the device API, see {@link dev.muster.tpm.KeyImport#seal}
     * @throws Refusal ENROLLMENT_NOT_FOUND, UNAUTHORIZED for a device that is not enrolled with this TPM, or THROTTLED
     */
    public byte[] challenge(Request request) {
        ambient.throttle().admitRegistration();
        try {
            return attestor.challenge(claim(request));
        } catch (Refusal refusal) {
            throw recorded(request, refusal);
        }
    }

    /**
     * The result of an operation, for the device that started it.
     *
     * @throws Refusal REGISTRATION_NOT_FOUND, UNAUTHORIZED for a device that is not the one that registered,
     *     CERTIFICATE_REFUSED for one whose certificate was revoked since, or THROTTLED
     */
    public Operation operation(Request request, String operationId) {
        Claim claim = claim(request);
        RegistrationId id = claim.id();
        Optional<Operation> known = recent(claim, operationId);
        if (known.isEmpty() && !operationIds.isIssuedFor(id, operationId)) {
            throw notFound(id, "no operation has the id that the device asked for");
        }
        ambient.throttle().admitPoll(id);
        known.ifPresent(_ -> attestor.refuseRevoked(claim));
        return known.orElseGet(() -> {
            Registration registration = own(claim);
            return new Operation(
                    operationId,
                    registration,
                    certificates.given(registration, recent.certificate(claim.id(), operationId)));
        });
    }

    /**
     * What {@link #operation} returns, or nothing if the store would have to be asked or the device has to wait. Does
     * not wait.
     *
     * @throws Refusal as {@link #operation}, but not THROTTLED
     */
    public Optional<Operation> recentOperation(Request request, String operationId) {
        Claim claim = claim(request);
        return recent(claim, operationId)
                .flatMap(operation -> NoWaiting.attempt(() -> {
                    attestor.refuseRevoked(claim);
                    ambient.throttle().admitPoll(claim.id());
                    return operation;
                }));
    }

    private Optional<Operation> recent(Claim claim, String operationId) {
        Optional<Operation> known = recent.find(operationId)
                .filter(operation -> operation.registration().id().equals(claim.id()));
        if (known.isPresent() && known.get().registration().credential() instanceof Credential.Leaf(Thumbprint leaf)) {
            checkLeaf(claim, leaf);
            return known;
        }
        return Optional.empty();
    }

    /** Says what would come of a registration, by the same judgement. */
    public Doctor doctor() {
        return new Doctor(identity.idScope(), attestor);
    }

    /**
     * The newest registration of a device, which proves anew who it is.
     *
     * @throws Refusal as {@link #register}, or REGISTRATION_NOT_FOUND
     */
    public Registration lookUp(Request request) {
        ambient.throttle().admitRegistration();
        Claim claim = claim(request);
        RegistrationId id = claim.id();
        attestor.attest(claim);
        return registrations.find(id).orElseThrow(() -> notFound(id, "the device has not registered yet"));
    }

    private Registration own(Claim claim) {
        Registration registration =
                registrations.find(claim.id()).orElseThrow(() -> notFound(claim.id(), "its registration was deleted"));
        switch (registration.credential()) {
            case Credential.Leaf(Thumbprint leaf) -> {
                checkLeaf(claim, leaf);
                attestor.refuseRevoked(claim);
            }
            // A token is proved at the cost of the key's look-up, so nothing of it need be remembered.
            case Credential.Key(), Credential.Tpm _ -> attestor.attestAgain(claim);
        }
        return registration;
    }

    private static void checkLeaf(Claim claim, Thumbprint registered) {
        if (!claim.peer().leaf().map(Certificate::thumbprint).equals(Optional.of(registered))) {
            throw claim.unproved(
                    "it asks for a result with another certificate than the one it registered with",
                    "register again with the certificate that the device has now");
        }
    }

    private Claim claim(Request request) {
        String idScope = request.idScope();
        if (!idScope.equalsIgnoreCase(identity.idScope())) {
            throw new Refusal(
                    Reason.UNAUTHORIZED,
                    "Unauthorized",
                    new Explanation(
                            "id scope '" + idScope + "'",
                            "this service has the id scope '" + identity.idScope() + "'",
                            "correct the id scope in the device's settings"));
        }
        return new Claim(
                idScope,
                new RegistrationId(request.registrationId()),
                request.peer(),
                request.contents().tpm());
    }

    private static Refusal notFound(RegistrationId id, String rule) {
        return new Refusal(
                Reason.REGISTRATION_NOT_FOUND,
                "Registration not found.",
                new Explanation("device '" + id + "'", rule, "let the device register"));
    }
}
