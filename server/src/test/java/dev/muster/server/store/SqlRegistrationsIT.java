package dev.muster.server.store;

import static dev.muster.server.store.Refusals.assertRefused;
import static dev.muster.server.store.Refusals.matches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Credential;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlRegistrationsIT {
    private static final RegistrationState ASSIGNED = new Assigned(
            new Assignment(
                    Samples.HUB,
                    "device-1",
                    Optional.of(Map.of("color", "red")),
                    List.of(new Thumbprint("AB"), new Thumbprint("CD"))),
            Substatus.DEVICE_DATA_MIGRATED);

    private final TestStore store;
    private final SqlRegistrations registrations;

    SqlRegistrationsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        registrations = new SqlRegistrations(store.database(), new JsonDocuments());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void registration_isFoundAsItWasPutInEveryState() {
        List<RegistrationState> states = List.of(
                new RegistrationState.Unassigned(),
                new RegistrationState.Assigning(Optional.empty()),
                ASSIGNED.begin(),
                ASSIGNED,
                new Assigned(new Assignment(Samples.HUB, "d", Optional.empty()), Substatus.INITIAL_ASSIGNMENT),
                new RegistrationState.Failed(400208, "no hub", Optional.empty()),
                ASSIGNED.begin().fail(400208, "no hub"),
                new RegistrationState.Disabled(Optional.empty()),
                ASSIGNED.begin().disable());
        for (RegistrationState state : states) {
            Registration registration = Samples.registration("Device-1", state, Optional.of("Plant"));

            registrations.put(registration);

            assertThat(registrations.find(new RegistrationId("DEVICE-1"))).contains(registration);
        }
    }

    @Test
    void registrations_areFoundSeveralAtATime() {
        for (int i = 0; i < 250; i++) {
            registrations.put(Samples.registration("Device-" + i, ASSIGNED, Optional.empty()));
        }

        assertThat(registrations.all(IntStream.range(0, 300)
                        .mapToObj(i -> new RegistrationId("DEVICE-" + i))
                        .toList()))
                .extracting(found -> found.id().value())
                .hasSize(250)
                .contains("Device-0", "Device-99", "Device-249");
        assertThat(registrations.all(List.of())).isEmpty();
    }

    @Test
    void registration_isFoundWithItsCredential() {
        Registration sample = Samples.registration("device-1", ASSIGNED, Optional.empty());
        Registration registration = new Registration(
                sample.id(),
                sample.state(),
                sample.groupId(),
                new Credential.Key(),
                sample.created(),
                sample.updated(),
                sample.etag());

        registrations.put(registration);

        assertThat(registrations.find(sample.id())).contains(registration);
    }

    @Test
    void registration_survivesARestart() {
        Registration registration = Samples.registration("device-1", ASSIGNED, Optional.empty());
        registrations.put(registration);

        SqlRegistrations reopened = new SqlRegistrations(store.reopen(), new JsonDocuments());

        assertThat(reopened.find(new RegistrationId("device-1"))).contains(registration);
    }

    @Test
    void registrations_ofAGroup_arePagedInTheOrderOfTheirCreation() {
        for (String id : List.of("b", "a")) {
            registrations.put(Samples.registration(id, ASSIGNED, Optional.of("Plant")));
        }
        registrations.put(created(Samples.registration("C", ASSIGNED, Optional.of("Plant")), Instant.EPOCH));
        registrations.put(Samples.registration("aa", ASSIGNED, Optional.of("other")));
        registrations.put(Samples.registration("ab", ASSIGNED, Optional.empty()));

        Page<Registration> first = registrations.ofGroup("PLANT", Page.Request.first(2));
        Page<Registration> second = registrations.ofGroup("PLANT", new Page.Request(first.next(), 2));

        assertThat(first.items()).extracting(one -> one.id().value()).containsExactly("C", "a");
        assertThat(second.items()).extracting(one -> one.id().value()).containsExactly("b");
        assertThat(second.next()).isEmpty();
    }

    @Test
    void registration_thatIsCreatedAnew_takesItsNewPlace() {
        Registration before = Samples.registration("a", ASSIGNED, Optional.of("Plant"));
        registrations.put(before);
        registrations.put(Samples.registration("b", ASSIGNED, Optional.of("Plant")));
        registrations.put(created(before, before.created().plusSeconds(1)));

        assertThat(registrations.ofGroup("Plant", Page.Request.first(10)).items())
                .extracting(one -> one.id().value())
                .containsExactly("b", "a");
    }

    @Test
    void page_thatBeginsNowhere_isRefused() {
        assertRefused(
                Reason.INVALID_ARGUMENT,
                () -> registrations.ofGroup("Plant", new Page.Request(Optional.of("device-1"), 2)));
    }

    private static Registration created(Registration registration, Instant created) {
        return new Registration(
                registration.id(),
                registration.state(),
                registration.groupId(),
                registration.credential(),
                created,
                registration.updated(),
                registration.etag());
    }

    @Test
    void registration_thatChangesItsGroup_leavesTheOldOne() {
        registrations.put(Samples.registration("device-1", ASSIGNED, Optional.of("old")));
        registrations.put(Samples.registration("device-1", ASSIGNED, Optional.of("new")));

        assertThat(registrations.ofGroup("old", Page.Request.first(10)).items()).isEmpty();
        assertThat(registrations.ofGroup("new", Page.Request.first(10)).items()).hasSize(1);
    }

    @Test
    void deletion_needsTheEtagThatIsStored() {
        registrations.put(Samples.registration("device-1", ASSIGNED, Optional.empty()));
        RegistrationId id = new RegistrationId("device-1");

        assertRefused(Reason.PRECONDITION_FAILED, () -> registrations.delete(id, matches("other")));
        assertThat(registrations.find(id)).isPresent();
        registrations.delete(id, matches("r1"));

        assertThat(registrations.find(id)).isEmpty();
        assertRefused(Reason.REGISTRATION_NOT_FOUND, () -> registrations.delete(id, new Precondition.Always()));
    }
}
