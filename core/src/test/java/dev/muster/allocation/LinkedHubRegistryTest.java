package dev.muster.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.allocation.LinkedHubRegistry.Terms;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.enrollment.AllocationPolicy;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class LinkedHubRegistryTest {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String OTHER_KEY = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final HubLinksInMemory links = new HubLinksInMemory();
    private final LinkedHubs linked =
            new LinkedHubs(List.of(FakeHub.local("here.example")), links, link -> FakeHub.remote(link.hostName()));
    private final LinkedHubRegistry registry = new LinkedHubRegistry(links, linked, new AtOnce());

    @Test
    void hubsOfThisProcess_areLinkedFromTheStart() {
        assertThat(registry.list()).containsExactly(HubLink.ofThisProcess("here.example"));
        assertThat(linked.isLinked("HERE.example")).isTrue();
    }

    @Test
    void addedHub_isLinkedByItsBareName() {
        HubLink link = registry.add(
                connectionString("Far.example:8444", KEY),
                new Terms(Optional.of(7), Optional.of(false), Optional.of("westeurope")));

        assertThat(link.hostName()).isEqualTo("far.example");
        assertThat(link.access().orElseThrow().endpoint()).isEqualTo("far.example:8444");
        assertThat(link.weight()).isEqualTo(7);
        assertThat(link.applyAllocationPolicy()).isFalse();
        assertThat(link.location()).isEqualTo("westeurope");
        assertThat(link.maskedConnectionString())
                .contains("HostName=far.example:8444;SharedAccessKeyName=iothubowner;SharedAccessKey=****");
        assertThat(link.toString()).doesNotContain(KEY);
        assertThat(registry.find("FAR.example")).isEqualTo(link);
        assertThat(linked.isLinked("far.example")).isTrue();
        assertRefused(Reason.ALREADY_EXISTS, () -> registry.add(connectionString("far.example", KEY), Terms.none()));
        assertRefused(Reason.ALREADY_EXISTS, () -> registry.add(connectionString("here.example", KEY), Terms.none()));
    }

    @Test
    void whatIsLeftOut_hasAzuresDefaultAndStays() {
        HubLink added = registry.add(connectionString("far.example", KEY), Terms.none());
        assertThat(added.weight()).isEqualTo(1);
        assertThat(added.applyAllocationPolicy()).isTrue();

        HubLink heavier = registry.update(
                "far.example", Optional.empty(), new Terms(Optional.of(1000), Optional.empty(), Optional.empty()));
        HubLink same = registry.update("far.example", heavier.maskedConnectionString(), Terms.none());
        HubLink rotated =
                registry.update("far.example", Optional.of(connectionString("far.example", OTHER_KEY)), Terms.none());

        assertThat(heavier.access()).isEqualTo(added.access());
        assertThat(same).isEqualTo(heavier);
        assertThat(rotated.access().orElseThrow().key().base64()).isEqualTo(OTHER_KEY);
        assertThat(rotated.weight()).isEqualTo(1000);
    }

    @Test
    void hubOfThisProcess_canBeWeighedAndNotRemoved() {
        registry.update(
                "here.example", Optional.empty(), new Terms(Optional.of(5), Optional.of(false), Optional.empty()));

        assertThat(registry.find("here.example").weight()).isEqualTo(5);
        assertThat(registry.find("here.example").applyAllocationPolicy()).isFalse();
        Refusal refusal = assertRefused(Reason.INVALID_ARGUMENT, () -> registry.remove("here.example"));
        assertThat(refusal.explanation().orElseThrow().remedy()).contains("applyAllocationPolicy");
    }

    @Test
    void removedHub_isLinkedNoLonger() {
        registry.add(connectionString("far.example", KEY), Terms.none());

        registry.remove("far.example");

        assertThat(linked.isLinked("far.example")).isFalse();
        assertRefused(Reason.ENROLLMENT_NOT_FOUND, () -> registry.find("far.example"));
        assertRefused(
                Reason.ENROLLMENT_NOT_FOUND, () -> registry.update("far.example", Optional.empty(), Terms.none()));
    }

    @Test
    void whatIsNoConnectionString_isRefused() {
        for (String text : List.of(
                "",
                "HostName=far.example",
                "HostName=far.example;SharedAccessKeyName=x",
                "HostName=https://far.example;SharedAccessKeyName=x;SharedAccessKey=" + KEY,
                "HostName=far.example/path;SharedAccessKeyName=x;SharedAccessKey=" + KEY,
                "HostName=far.example;SharedAccessKeyName=x;SharedAccessKey=short",
                "HostName=far.example;SharedAccessKeyName=x;SharedAccessKey=****")) {
            assertRefused(Reason.INVALID_ARGUMENT, () -> registry.add(text, Terms.none()));
        }
        assertThat(links.all()).isEmpty();
    }

    @Test
    void connectionStringOfAnotherHub_isRefused() {
        registry.add(connectionString("far.example", KEY), Terms.none());

        assertThatThrownBy(() -> registry.update(
                        "far.example", Optional.of(connectionString("other.example", KEY)), Terms.none()))
                .hasMessageContaining("other.example");
    }

    @Test
    void weight_isBetweenOneAndAThousand() {
        for (int weight : new int[] {0, -1, 1001}) {
            Terms terms = new Terms(Optional.of(weight), Optional.empty(), Optional.empty());
            assertRefused(Reason.INVALID_ARGUMENT, () -> registry.add(connectionString("far.example", KEY), terms));
            assertRefused(Reason.INVALID_ARGUMENT, () -> registry.update("here.example", Optional.empty(), terms));
        }
    }

    @Test
    void policyOfTheService_isHashedUntilChangedAndNeverCustom() {
        assertThat(registry.policy()).isEqualTo(AllocationPolicy.HASHED);

        registry.changePolicy(AllocationPolicy.GEO_LATENCY);

        assertThat(registry.policy()).isEqualTo(AllocationPolicy.GEO_LATENCY);
        assertRefused(Reason.INVALID_ARGUMENT, () -> registry.changePolicy(AllocationPolicy.CUSTOM));
    }

    private static String connectionString(String host, String key) {
        return "HostName=" + host + ";SharedAccessKeyName=iothubowner;SharedAccessKey=" + key;
    }

    private static Refusal assertRefused(Reason reason, ThrowingCallable call) {
        Refusal refusal = catchThrowableOfType(Refusal.class, call);
        assertThat(refusal.reason()).isEqualTo(reason);
        return refusal;
    }

    private static final class AtOnce implements Transactions {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }
    }
}
