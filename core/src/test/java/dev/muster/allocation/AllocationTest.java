package dev.muster.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.Settings;
import dev.muster.enrollment.RegistrationId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Azure's "allocation policies" page. */
final class AllocationTest {
    private static final int DEVICES = 20_000;

    private final HubLinksInMemory links = HubLinksInMemory.of("far.example", "farther.example");
    private final LinkedHubs linked = new LinkedHubs(
            List.of(FakeHub.local("here.example"), FakeHub.local("there.example")),
            links,
            link -> FakeHub.remote(link.hostName()));
    private final Allocation allocation = new Allocation(linked);

    @Test
    void hashed_givesEachHubItsShare() {
        weigh("here.example", 1);
        weigh("there.example", 2);
        weigh("far.example", 7);
        weigh("farther.example", 10);

        Map<String, Long> devices = counted(settings(AllocationPolicy.HASHED));

        assertThat(devices.getOrDefault("here.example", 0L) * 20.0 / DEVICES).isCloseTo(1, within(0.15));
        assertThat(devices.getOrDefault("there.example", 0L) * 20.0 / DEVICES).isCloseTo(2, within(0.15));
        assertThat(devices.getOrDefault("far.example", 0L) * 20.0 / DEVICES).isCloseTo(7, within(0.15));
        assertThat(devices.getOrDefault("farther.example", 0L) * 20.0 / DEVICES).isCloseTo(10, within(0.15));
    }

    @Test
    void hashed_movesOnlyTheDevicesOfTheHubWhoseWeightChanges() {
        Map<Integer, String> before = chosen(settings(AllocationPolicy.HASHED));
        weigh("far.example", 3);
        Map<Integer, String> after = chosen(settings(AllocationPolicy.HASHED));

        assertThat(before.entrySet().stream()
                        .filter(entry -> !entry.getValue().equals(after.get(entry.getKey())))
                        .map(entry -> after.get(entry.getKey())))
                .hasSizeGreaterThan(DEVICES / 10)
                .containsOnly("far.example");
    }

    @Test
    void hashed_isStableWhateverTheCaseOfTheId() {
        assertThat(choose(settings(AllocationPolicy.HASHED), "Device-1"))
                .isEqualTo(choose(settings(AllocationPolicy.HASHED), "DEVICE-1"));
    }

    @Test
    void lowestLatency_prefersTheHubsOfThisProcessByTheirWeights() {
        weigh("there.example", 3);

        Map<String, Long> devices = counted(settings(AllocationPolicy.GEO_LATENCY));

        assertThat(devices).containsOnlyKeys("here.example", "there.example");
        assertThat(devices.getOrDefault("there.example", 0L) * 4.0 / DEVICES).isCloseTo(3, within(0.1));
        assertThat(counted(settings(AllocationPolicy.GEO_LATENCY, "far.example", "farther.example")))
                .containsOnlyKeys("far.example", "farther.example");
    }

    @Test
    void staticPolicy_takesTheEnrollmentsHub() {
        assertThat(choose(settings(AllocationPolicy.STATIC, "FAR.example"), "d"))
                .contains("far.example");
    }

    @Test
    void hubThatTakesNoPartInAllocation_isNeverChosen() {
        HubLink link = HubLink.ofThisProcess("here.example");
        links.put(new HubLink(link.hostName(), link.access(), 1000, false, ""));
        linked.refresh();

        assertThat(counted(settings(AllocationPolicy.HASHED))).doesNotContainKey("here.example");
        assertThat(choose(settings(AllocationPolicy.STATIC, "here.example"), "d"))
                .isEmpty();
        assertThat(allocation.eligible(settings(AllocationPolicy.CUSTOM)))
                .extracting(LinkedHub::hostName)
                .containsExactly("there.example", "far.example", "farther.example");
        assertThat(allocation.linked("here.example")).isPresent();
    }

    @Test
    void enrollmentsPolicy_goesBeforeTheServices() {
        links.put(AllocationPolicy.GEO_LATENCY);
        linked.refresh();
        Settings none = Settings.defaults();

        assertThat(counted(none)).containsOnlyKeys("here.example", "there.example");
        assertThat(counted(settings(AllocationPolicy.HASHED))).hasSize(4);
    }

    private void weigh(String host, int weight) {
        HubLink before = links.all().stream()
                .filter(link -> link.hostName().equals(host))
                .findFirst()
                .orElseGet(() -> HubLink.ofThisProcess(host));
        links.put(new HubLink(host, before.access(), weight, true, ""));
        linked.refresh();
    }

    private Optional<String> choose(Settings settings, String id) {
        return allocation.choose(settings, new RegistrationId(id)).map(LinkedHub::hostName);
    }

    private Map<Integer, String> chosen(Settings settings) {
        return IntStream.range(0, DEVICES)
                .boxed()
                .collect(Collectors.toMap(
                        Function.identity(),
                        number -> choose(settings, "device-" + number).orElseThrow()));
    }

    private Map<String, Long> counted(Settings settings) {
        return chosen(settings).values().stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static Settings settings(AllocationPolicy policy, String... hubs) {
        Settings defaults = Settings.defaults();
        return new Settings(
                true,
                false,
                defaults.reprovisionPolicy(),
                Optional.of(policy),
                List.of(hubs),
                new Enrollment.Webhook("https://chooser.example", "2019-03-31"),
                null);
    }
}
