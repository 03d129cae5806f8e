package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.enrollment.Enrollment.ReprovisionPolicy;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Azure's "reprovisioning" page, policy by policy. */
class ReprovisioningTest {
    private static final ReprovisionPolicy NEVER = new ReprovisionPolicy(false, true);
    private static final ReprovisionPolicy MIGRATE = new ReprovisionPolicy(true, true);
    private static final ReprovisionPolicy RESET = new ReprovisionPolicy(true, false);
    private static final Assignment HERE = new Assignment("here.example", "d", Optional.empty());
    private static final Assignment THERE = new Assignment("there.example", "d", Optional.empty());

    @Test
    void firstRegistration_isTheInitialAssignmentUnderEveryPolicy() {
        for (ReprovisionPolicy policy : new ReprovisionPolicy[] {NEVER, MIGRATE, RESET}) {
            Reprovisioning first = new Reprovisioning(Optional.empty(), policy);

            assertThat(first.kept()).isEmpty();
            assertThat(first.left(HERE)).isEmpty();
            assertThat(first.substatus(HERE)).isEqualTo(Substatus.INITIAL_ASSIGNMENT);
        }
    }

    @Test
    void policyNever_keepsTheAssignment() {
        Reprovisioning again = again(Substatus.DEVICE_DATA_MIGRATED, NEVER);

        assertThat(again.kept()).contains(HERE);
        assertThat(again.substatus(HERE)).isEqualTo(Substatus.DEVICE_DATA_MIGRATED);
    }

    @Test
    void policyNever_startsAnewWhereTheHubIsGone() {
        assertThat(again(Substatus.DEVICE_DATA_MIGRATED, NEVER).substatus(THERE))
                .isEqualTo(Substatus.INITIAL_ASSIGNMENT);
    }

    @Test
    void policyMigrate_carriesTheDataToAnotherHub() {
        Reprovisioning again = again(Substatus.INITIAL_ASSIGNMENT, MIGRATE);

        assertThat(again.kept()).isEmpty();
        assertThat(again.left(THERE)).contains(HERE);
        assertThat(again.substatus(THERE)).isEqualTo(Substatus.DEVICE_DATA_MIGRATED);
    }

    @Test
    void policyMigrate_changesNothingWhereTheHubStays() {
        Reprovisioning again = again(Substatus.INITIAL_ASSIGNMENT, MIGRATE);

        assertThat(again.left(new Assignment("HERE.example", "d", Optional.empty())))
                .isEmpty();
        assertThat(again.substatus(HERE)).isEqualTo(Substatus.INITIAL_ASSIGNMENT);
    }

    @Test
    void policyReset_resetsWithOrWithoutAChangeOfHubs() {
        assertThat(again(Substatus.INITIAL_ASSIGNMENT, RESET).substatus(HERE)).isEqualTo(Substatus.DEVICE_DATA_RESET);
        assertThat(again(Substatus.INITIAL_ASSIGNMENT, RESET).substatus(THERE)).isEqualTo(Substatus.DEVICE_DATA_RESET);
    }

    @Test
    void otherDeviceId_isAnotherAssignment() {
        assertThat(again(Substatus.INITIAL_ASSIGNMENT, MIGRATE)
                        .left(new Assignment("here.example", "e", Optional.empty())))
                .contains(HERE);
    }

    private static Reprovisioning again(Substatus substatus, ReprovisionPolicy policy) {
        return new Reprovisioning(Optional.of(new Assigned(HERE, substatus)), policy);
    }
}
