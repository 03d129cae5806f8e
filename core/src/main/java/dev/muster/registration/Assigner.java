package dev.muster.registration;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.LinkedHub;
import dev.muster.attestation.Attestor.Attested;
import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.base.Etag;
import dev.muster.base.Transactions;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.enrollment.Enrollment.ReprovisionPolicy;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.DeviceCertificates.Grant;
import dev.muster.registration.PendingOperation.Brought;
import dev.muster.registration.PendingOperation.Progress;
import dev.muster.registration.Placement.Left;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Gives devices that have proved who they are their hubs. What nobody outside of this process takes part in is one
 * transaction; anything else becomes a piece of the backlog. Safe for any number of threads.
 */
public final class Assigner {
    /** "No hub available", as the SDKs know it. */
    static final int HUB_NOT_SPECIFIED = 400208;

    private final Allocation allocation;
    private final Registrations registrations;
    private final Backlog backlog;
    private final CertificateIssuer issuer;
    private final Transactions transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    public Assigner(
            Allocation allocation,
            Registrations registrations,
            Backlog backlog,
            CertificateIssuer issuer,
            Transactions transactions,
            InstantSource clock,
            RandomGenerator random) {
        this.allocation = allocation;
        this.registrations = registrations;
        this.backlog = backlog;
        this.issuer = issuer;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /** What a registration comes to at once. */
    private sealed interface Step {
        record Settled(RegistrationState state) implements Step {}

        /** @param host whose answer is needed first */
        record Waiting(String host) implements Step {}

        /** Whether the device has a hub now, or may get one. */
        default boolean leadsOn() {
            return switch (this) {
                case Settled(RegistrationState state) -> state instanceof RegistrationState.Assigned;
                case Waiting _ -> true;
            };
        }
    }

    /**
     * A device that is to be assigned.
     *
     * @param payload what it has for whoever chooses its hub: plain JSON
     * @param grant of its wish for a certificate
     */
    record Candidate(RegistrationId id, Attested attested, Optional<Object> payload, Grant grant) {}

    /**
     * Assigns the device, or leaves it assigning and its operation in the backlog. With the result either is on disk.
     */
    CompletableFuture<Registration> assign(Candidate candidate, Origin origin) {
        return transactions.start(() -> assigned(candidate, origin));
    }

    /**
     * As {@link #assign}, on a condition that the transaction looks at first.
     *
     * @return empty, with nothing written, if it does not hold
     */
    CompletableFuture<Optional<Registration>> assignIf(BooleanSupplier condition, Candidate candidate, Origin origin) {
        return transactions.start(
                () -> condition.getAsBoolean() ? Optional.of(assigned(candidate, origin)) : Optional.empty());
    }

    private Registration assigned(Candidate candidate, Origin origin) {
        RegistrationId id = candidate.id();
        Attested attested = candidate.attested();
        Optional<Registration> before = registrations.find(id);
        Instant now = clock.instant();
        Introduction introduction = Introduction.of(attested.proof(), random);
        Assigning assigning = before.map(Registration::state)
                .orElseGet(RegistrationState.Unassigned::new)
                .begin();
        Recognition recognition = candidate
                .grant()
                .certificate()
                .map(issued -> Recognition.of(issued.certificate().thumbprint(), assigning.previous()))
                .orElseGet(() -> Recognition.of(introduction.authentication()));
        Step step = candidate.grant() instanceof Grant.Awaited(var _, String host)
                ? new Step.Waiting(host)
                : settle(id, attested.enrollment(), recognition, assigning);
        Registration after = new Registration(
                id,
                step instanceof Step.Settled(RegistrationState state) ? state : assigning,
                attested.enrollment() instanceof Enrollment.Group group ? Optional.of(group.id()) : Optional.empty(),
                introduction.credential(),
                before.map(Registration::created).orElse(now),
                now,
                Etag.random(random));
        registrations.put(after);
        if (step.leadsOn()) {
            candidate.grant().certificate().ifPresent(issuer::record);
        }
        if (step instanceof Step.Waiting(String host)) {
            backlog.add(new PendingOperation(
                    id, after.etag(), recognition, brought(candidate), origin, new Progress(host, 0)));
        }
        return after;
    }

    private static Brought brought(Candidate candidate) {
        return new Brought(
                candidate.attested().proof().leaf(),
                candidate.payload(),
                candidate.grant() instanceof Grant.Awaited(String csr, var _) ? Optional.of(csr) : Optional.empty());
    }

    private Step settle(RegistrationId id, Enrollment enrollment, Recognition recognition, Assigning assigning) {
        if (!enrollment.settings().enabled()) {
            return new Step.Settled(assigning.disable());
        }
        Optional<Enrollment.Webhook> webhook = webhook(enrollment, assigning);
        if (webhook.isPresent()) {
            return new Step.Waiting(webhook.get().host());
        }
        Optional<Placement> placement = place(id, enrollment, recognition, assigning);
        if (placement.isEmpty()) {
            return new Step.Settled(noHub(assigning));
        }
        if (!placement.get().isLocal()) {
            return new Step.Waiting(placement.get().hub().hostName());
        }
        placement.get().tellLocalHubs();
        return new Step.Settled(placement.get().assigned());
    }

    static RegistrationState.Failed noHub(Assigning assigning) {
        return assigning.fail(HUB_NOT_SPECIFIED, "No linked IoT hub can take the device.");
    }

    /** Who is to choose the device's hub, if that is a webhook and the device does not stay where it is. */
    Optional<Enrollment.Webhook> webhook(Enrollment enrollment, Assigning assigning) {
        return allocation
                .webhook(enrollment.settings())
                .filter(_ -> kept(enrollment, assigning).isEmpty());
    }

    /** Where the device goes, if that is nobody else's choice; empty when no hub is eligible. */
    Optional<Placement> place(RegistrationId id, Enrollment enrollment, Recognition recognition, Assigning assigning) {
        return kept(enrollment, assigning)
                .or(() -> allocation
                        .choose(enrollment.settings(), id)
                        .map(hub -> assignment(hub, id, enrollment, Optional.empty())))
                .map(assignment -> placement(enrollment, recognition, assigning, assignment, Optional.empty()));
    }

    /** Where the device goes when its webhook has chosen. */
    Placement place(PendingOperation operation, Enrollment enrollment, Assigning assigning, WebhookVerdict.Hub chosen) {
        return placement(
                enrollment,
                operation.recognition(),
                assigning,
                assignment(chosen.hub(), operation.id(), enrollment, chosen.payload()),
                chosen.twin());
    }

    private Optional<Assignment> kept(Enrollment enrollment, Assigning assigning) {
        return new Reprovisioning(assigning.previous(), enrollment.settings().reprovisionPolicy())
                .kept()
                .filter(kept -> allocation.linked(kept.hub()).isPresent());
    }

    private static Assignment assignment(
            LinkedHub hub, RegistrationId id, Enrollment enrollment, Optional<Map<String, Object>> payload) {
        String deviceId = switch (enrollment) {
            case Enrollment.Individual individual ->
                individual.deviceId().orElse(individual.registrationId().value());
            case Enrollment.Group _ -> id.value();
        };
        return new Assignment(hub.hostName(), deviceId, payload);
    }

    private Placement placement(
            Enrollment enrollment,
            Recognition recognition,
            Assigning assigning,
            Assignment place,
            Optional<InitialTwin> chosenTwin) {
        Assignment assignment = place.with(recognition.certificates());
        Reprovisioning reprovisioning = reprovisioning(enrollment, assigning);
        return new Placement(
                allocation.linked(assignment.hub()).orElseThrow(),
                new LinkedHub.NewDevice(
                        assignment.deviceId(),
                        recognition.authentication(),
                        enrollment.settings().iotEdge(),
                        reprovisioning.substatus(assignment) == Substatus.DEVICE_DATA_RESET
                                ? new LinkedHub.Data.Forgotten()
                                : new LinkedHub.Data.Kept(),
                        chosenTwin.or(
                                () -> Optional.ofNullable(enrollment.settings().initialTwin())
                                        .filter(_ -> reprovisioning.startsAnew(assignment)))),
                reprovisioning
                        .left(assignment)
                        .flatMap(left -> allocation.linked(left.hub()).map(hub -> new Left(hub, left.deviceId()))),
                assigning.assign(assignment, reprovisioning.substatus(assignment)));
    }

    /** From a hub that is no longer linked no data can be brought along, so its device begins as a new one does. */
    private Reprovisioning reprovisioning(Enrollment enrollment, Assigning assigning) {
        ReprovisionPolicy policy = enrollment.settings().reprovisionPolicy();
        return new Reprovisioning(
                assigning
                        .previous()
                        .filter(before -> !policy.migrates()
                                || allocation.linked(before.assignment().hub()).isPresent()),
                policy);
    }

    /** The registration that an operation is to settle, unless it has been settled, replaced or deleted. */
    Optional<Registration> awaiting(PendingOperation operation) {
        return registrations
                .find(operation.id())
                .filter(registration -> registration.etag().equals(operation.registration()));
    }

    /** Makes an end of an operation that has nothing to settle any more. */
    void drop(PendingOperation operation) {
        transactions.run(() -> backlog.remove(operation));
    }

    /**
     * Records what an authority has issued, and lets the operation be carried on from there, by anyone.
     *
     * @param issued empty: the device is to have no certificate
     * @return whether it was still to be settled; if not, nothing was written
     */
    boolean grant(PendingOperation operation, Enrollment enrollment, Optional<Issued> issued) {
        return transactions.run(() -> {
            boolean ours = backlog.remove(operation);
            Optional<Registration> awaiting = awaiting(operation);
            if (!ours || awaiting.isEmpty() || !(awaiting.get().state() instanceof Assigning assigning)) {
                return false;
            }
            issued.ifPresent(issuer::record);
            Recognition recognition = issued.map(
                            it -> Recognition.of(it.certificate().thumbprint(), assigning.previous()))
                    .orElse(operation.recognition());
            backlog.add(operation.granted(recognition, nextHost(operation.id(), enrollment, recognition, assigning)));
            return true;
        });
    }

    private String nextHost(RegistrationId id, Enrollment enrollment, Recognition recognition, Assigning assigning) {
        return webhook(enrollment, assigning)
                .map(Enrollment.Webhook::host)
                .or(() -> place(id, enrollment, recognition, assigning)
                        .filter(placement -> !placement.isLocal())
                        .map(placement -> placement.hub().hostName()))
                .orElse("");
    }

    /**
     * Settles what an operation is for, and ends that.
     *
     * @param placement what the hubs of this process have yet to be told
     * @return whether it was still to be settled; if not, nothing was written
     */
    boolean settle(PendingOperation operation, RegistrationState state, Optional<Placement> placement) {
        return transactions.run(() -> {
            boolean ours = backlog.remove(operation);
            Optional<Registration> awaiting = awaiting(operation);
            if (!ours || awaiting.isEmpty()) {
                placement.filter(moved -> !moved.isLocal()).ifPresent(moved -> handOn(operation, moved));
                return false;
            }
            placement.ifPresent(Placement::tellLocalHubs);
            Registration before = awaiting.get();
            registrations.put(new Registration(
                    before.id(),
                    state,
                    before.groupId(),
                    before.credential(),
                    before.created(),
                    clock.instant(),
                    Etag.random(random)));
            return true;
        });
    }

    /**
     * The device has registered anew while its other hubs were told: what is done next begins where it is by now, or
     * its data would stay behind, and it in two hubs.
     */
    private void handOn(PendingOperation superseded, Placement moved) {
        registrations
                .find(superseded.id())
                .filter(newer -> !newer.etag().equals(superseded.registration()))
                .filter(newer ->
                        newer.state() instanceof Assigning(Optional<Assigned> previous) && moved.wasMadeFrom(previous))
                .ifPresent(newer -> {
                    moved.tellLocalHubs();
                    registrations.put(new Registration(
                            newer.id(),
                            new Assigning(Optional.of(moved.assigned())),
                            newer.groupId(),
                            newer.credential(),
                            newer.created(),
                            newer.updated(),
                            newer.etag()));
                });
    }
}
