package dev.muster.registration;

import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.enrollment.Attestor;
import dev.muster.enrollment.Attestor.Attested;
import dev.muster.enrollment.Claim;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Certificate;
import dev.muster.pki.Peer;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.tpm.TpmKeys;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The registration of a device, from its proof to its hub. Safe for any number of threads. */
public final class Registrar {
    /** "No hub available", as the SDKs know it. */
    private static final int HUB_NOT_SPECIFIED = 400208;

    private final Identity identity;
    private final Attestor attestor;
    private final Allocation allocation;
    private final Registrations registrations;
    private final Attempts attempts;
    private final Transactions transactions;
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
            Allocation allocation,
            Registrations registrations,
            Attempts attempts,
            Transactions transactions,
            Ambient ambient) {
        this.identity = identity;
        this.attestor = attestor;
        this.allocation = allocation;
        this.registrations = registrations;
        this.attempts = attempts;
        this.transactions = transactions;
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
            this(idScope, registrationId, peer, new Contents(Optional.empty(), Optional.empty()));
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
     */
    public record Contents(Optional<Object> payload, Optional<TpmKeys> tpm) {}

    /** The work on a registration, by whose id the device asks for its result. */
    public record Operation(String id, Registration registration) {}

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
        attempts.record(refused(request, refusal));
        return refusal;
    }

    /**
     * Registers a device. On return the outcome, good or bad, is on disk; the device is told that it is being assigned
     * and asks again.
     *
     * @throws Refusal when the device did not prove who it is; then nothing was written but the record of the attempt.
     *     THROTTLED where too many want to register; then there is no record either
     */
    public Operation register(Request request) {
        ambient.throttle().admitRegistration();
        Claim claim;
        Attested attested;
        try {
            claim = claim(request);
            attested = attestor.attest(claim);
        } catch (Refusal refusal) {
            throw recorded(request, refusal);
        }
        Registration registration = transactions.run(() -> assign(claim.id(), attested));
        attempts.record(finished(request, attested.enrollment(), registration.state()));
        Operation operation = new Operation(operationIds.issue(claim.id()), registration);
        if (!(registration.state() instanceof Assigning)) {
            recent.add(operation);
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
     * @throws Refusal REGISTRATION_NOT_FOUND, UNAUTHORIZED for a device that is not the one that registered, or
     *     THROTTLED
     */
    public Operation operation(Request request, String operationId) {
        Claim claim = claim(request);
        RegistrationId id = claim.id();
        Optional<Operation> known = recent(claim, operationId);
        if (known.isEmpty() && !operationIds.isIssuedFor(id, operationId)) {
            throw notFound(id, "no operation has the id that the device asked for");
        }
        ambient.throttle().admitPoll(id);
        return known.orElseGet(() -> new Operation(operationId, own(claim)));
    }

    /**
     * What {@link #operation} returns, or nothing if the store would have to be asked or the device has to wait. Never
     * blocks.
     *
     * @throws Refusal as {@link #operation}, but not THROTTLED
     */
    public Optional<Operation> recentOperation(Request request, String operationId) {
        Claim claim = claim(request);
        return recent(claim, operationId).filter(_ -> ambient.throttle().admitsPollAtOnce(claim.id()));
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

    private Registration assign(RegistrationId id, Attested attested) {
        Optional<Registration> before = registrations.find(id);
        Instant now = ambient.clock().instant();
        Introduction introduction = Introduction.of(attested.proof(), ambient.random());
        Registration after = new Registration(
                id,
                settle(id, attested.enrollment(), introduction.authentication(), before.map(Registration::state)),
                attested.enrollment() instanceof Enrollment.Group group ? Optional.of(group.id()) : Optional.empty(),
                introduction.credential(),
                before.map(Registration::created).orElse(now),
                now,
                Etag.random(ambient.random()));
        registrations.put(after);
        return after;
    }

    private RegistrationState settle(
            RegistrationId id,
            Enrollment enrollment,
            Authentication authentication,
            Optional<RegistrationState> before) {
        Assigning assigning =
                before.orElseGet(RegistrationState.Unassigned::new).begin();
        if (!enrollment.settings().enabled()) {
            return assigning.disable();
        }
        Reprovisioning reprovisioning =
                new Reprovisioning(before, enrollment.settings().reprovisionPolicy());
        Optional<Assignment> chosen = reprovisioning
                .kept()
                .filter(kept -> allocation.linked(kept.hub()).isPresent())
                .or(() -> allocation
                        .choose(enrollment.settings(), id)
                        .map(hub -> new Assignment(hub.hostName(), deviceIdOf(enrollment, id), Optional.empty())));
        if (chosen.isEmpty()) {
            return assigning.fail(HUB_NOT_SPECIFIED, "No linked IoT hub can take the device.");
        }
        Assignment assignment = chosen.get();
        reprovisioning
                .left(assignment)
                .ifPresent(left -> allocation.linked(left.hub()).ifPresent(hub -> hub.remove(left.deviceId())));
        LinkedHub hub = allocation.linked(assignment.hub()).orElseThrow();
        hub.provision(new LinkedHub.NewDevice(
                assignment.deviceId(),
                authentication,
                enrollment.settings().iotEdge(),
                Optional.ofNullable(enrollment.settings().initialTwin())));
        return assigning.assign(assignment, reprovisioning.substatus(assignment));
    }

    private static String deviceIdOf(Enrollment enrollment, RegistrationId id) {
        return switch (enrollment) {
            case Enrollment.Individual individual ->
                individual.deviceId().orElse(individual.registrationId().value());
            case Enrollment.Group _ -> id.value();
        };
    }

    private Registration own(Claim claim) {
        Registration registration =
                registrations.find(claim.id()).orElseThrow(() -> notFound(claim.id(), "its registration was deleted"));
        switch (registration.credential()) {
            case Credential.Leaf(Thumbprint leaf) -> checkLeaf(claim, leaf);
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

    private Attempt refused(Request request, Refusal refusal) {
        return attempt(
                request,
                Optional.of(refusal.trackingId()),
                Optional.empty(),
                "refused: " + refusal.text(),
                refusal.explanation()
                        .or(() -> Optional.of(new Explanation(
                                "device '" + request.registrationId() + "'",
                                refusal.text(),
                                "let the SDK build the request"))));
    }

    private Attempt finished(Request request, Enrollment enrollment, RegistrationState state) {
        Optional<String> title = Optional.of(enrollment.title());
        return switch (state) {
            case Assigned(Assignment assignment, Substatus _) ->
                attempt(
                        request,
                        Optional.empty(),
                        title,
                        "assigned to " + assignment.hub() + " as '" + assignment.deviceId() + "'",
                        Optional.empty());
            case RegistrationState.Disabled() ->
                attempt(
                        request,
                        Optional.empty(),
                        title,
                        "disabled",
                        Optional.of(new Explanation(
                                enrollment.title(), "it is disabled, and it is the first that fits", "enable it")));
            case RegistrationState.Failed(int code, String message) ->
                attempt(
                        request,
                        Optional.empty(),
                        title,
                        "failed: " + code + " " + message,
                        Optional.of(new Explanation(
                                enrollment.title(),
                                "none of its hubs " + enrollment.settings().hubs() + " is linked and fits its policy",
                                "link a hub, or correct the hubs of the enrollment")));
            case RegistrationState.Unassigned(), Assigning() ->
                attempt(request, Optional.empty(), title, "assigning", Optional.empty());
        };
    }

    private Attempt attempt(
            Request request,
            Optional<String> trackingId,
            Optional<String> enrollment,
            String outcome,
            Optional<Explanation> explanation) {
        List<String> chain =
                request.peer().certificates().stream().map(Certificate::summary).toList();
        return new Attempt(
                ambient.clock().instant(),
                trackingId,
                request.registrationId(),
                request.peer().address(),
                request.peer().transport(),
                chain,
                enrollment,
                explanation.isEmpty(),
                outcome,
                explanation);
    }
}
