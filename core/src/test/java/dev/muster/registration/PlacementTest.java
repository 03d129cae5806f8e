package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.allocation.FakeHub;
import dev.muster.allocation.HubUnavailable;
import dev.muster.allocation.LinkedHub.Data;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.base.Explanation;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.registration.Placement.Left;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which hub is told what, and when, of a device that moves. */
final class PlacementTest {
    private static final String DEVICE = "device-1";
    private static final Data KEPT = new Data.Kept();
    private static final Data.Moved DATA =
            new Data.Moved(Map.of("plant", 7), Map.of("interval", 5), Map.of("firmware", "1.2"));

    private final FakeHub here = FakeHub.local("here.example");
    private final FakeHub there = FakeHub.local("there.example");
    private final FakeHub far = FakeHub.remote("far.example");
    private final FakeHub farther = FakeHub.remote("farther.example");

    @Test
    void moveWithinThisProcess_isToldInOneTransaction() {
        Placement move = move(here, there, KEPT, Substatus.DEVICE_DATA_MIGRATED);

        move.tellRemoteHubs();
        assertThat(there.provisioned).isEmpty();

        move.tellLocalHubs();
        assertThat(there.provisioned).extracting(NewDevice::data).containsExactly(DATA);
        assertThat(here.removed).containsExactly(DEVICE);
    }

    @Test
    void moveToAnotherServer_leavesTheDeviceHereUntilTheEnd() {
        Placement move = move(here, far, KEPT, Substatus.DEVICE_DATA_MIGRATED);

        move.tellRemoteHubs();
        assertThat(far.provisioned).extracting(NewDevice::data).containsExactly(DATA);
        assertThat(here.removed).isEmpty();

        move.tellLocalHubs();
        assertThat(far.provisioned).hasSize(1);
        assertThat(here.removed).containsExactly(DEVICE);
    }

    @Test
    void moveFromAnotherServer_isDoneHereBeforeTheDeviceIsRemovedThere() {
        Placement move = move(far, here, KEPT, Substatus.DEVICE_DATA_MIGRATED);
        here.failures.add(new IllegalStateException("the disk is full"));

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(move::tellRemoteHubs);
        assertThat(far.removed).isEmpty();

        move.tellRemoteHubs();
        move.tellLocalHubs();
        assertThat(here.provisioned).extracting(NewDevice::data).containsExactly(DATA);
        assertThat(far.removed).containsExactly(DEVICE);
    }

    @Test
    void moveBetweenOtherServers_waitsForBothAndLosesNothing() {
        Placement move = move(far, farther, KEPT, Substatus.DEVICE_DATA_MIGRATED);
        far.failures.add(down("far.example"));
        farther.failures.add(down("farther.example"));

        assertThatExceptionOfType(HubUnavailable.class).isThrownBy(move::tellRemoteHubs);
        assertThat(farther.failures).as("asked before its data are there").hasSize(1);
        assertThatExceptionOfType(HubUnavailable.class).isThrownBy(move::tellRemoteHubs);
        assertThat(far.removed).isEmpty();

        move.tellRemoteHubs();
        assertThat(farther.provisioned).extracting(NewDevice::data).containsExactly(DATA);
        assertThat(far.removed).containsExactly(DEVICE);
    }

    @Test
    void moveThatIsMadeAgain_keepsTheDataThatHaveMoved() {
        Placement move = move(far, here, KEPT, Substatus.DEVICE_DATA_MIGRATED);

        move.tellRemoteHubs();
        move.tellRemoteHubs();

        assertThat(here.provisioned).extracting(NewDevice::data).containsExactly(DATA, KEPT);
    }

    @Test
    void moveThatResets_takesNothingAlong() {
        Data forgotten = new Data.Forgotten();

        move(here, there, forgotten, Substatus.DEVICE_DATA_RESET).tellLocalHubs();

        assertThat(there.provisioned).extracting(NewDevice::data).containsExactly(forgotten);
        assertThat(here.removed).containsExactly(DEVICE);
    }

    private static Placement move(FakeHub from, FakeHub to, Data data, Substatus substatus) {
        from.data.put(DEVICE, DATA);
        return new Placement(
                to,
                new NewDevice(DEVICE, new Authentication.CertificateAuthority(), false, data, Optional.empty()),
                Optional.of(new Left(from, DEVICE)),
                new Assigned(new Assignment(to.hostName(), DEVICE, Optional.empty()), substatus));
    }

    private static HubUnavailable down(String hub) {
        return new HubUnavailable(hub, new Explanation("hub", "nobody listens there", "wait"));
    }
}
