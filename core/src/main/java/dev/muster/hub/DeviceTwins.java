package dev.muster.hub;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * The twins of one hub's devices, as owners and devices read and change them. A connected device is told of what its
 * owner desires. Safe for any number of threads.
 */
public final class DeviceTwins {
    private final String hub;
    private final DeviceIdentities identities;
    private final Twins twins;
    private final Sessions sessions;
    private final Transactions transactions;
    private final InstantSource clock;

    DeviceTwins(
            String hub,
            DeviceIdentities identities,
            Twins twins,
            Sessions sessions,
            Transactions transactions,
            InstantSource clock) {
        this.hub = hub;
        this.identities = identities;
        this.twins = twins;
        this.sessions = sessions;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What an owner writes.
     *
     * @param tags plain JSON; empty where they are not spoken of
     * @param desired likewise
     */
    public record Change(Optional<Map<String, Object>> tags, Optional<Map<String, Object>> desired) {}

    /** What a device is told: all that it is to have from now on, or what is to change. */
    public record DesiredChange(Map<String, Object> patch, long version) {}

    /** A device together with its twin. */
    public record Described(DeviceIdentity device, Twin twin) {}

    /** The hub's devices, in the order of their ids. */
    public Page<Described> page(Page.Request request) {
        Page<DeviceIdentity> devices = identities.page(hub, request);
        if (devices.items().isEmpty()) {
            return new Page<>(List.of(), Optional.empty());
        }
        Map<String, Twin> written = twins.between(
                hub,
                devices.items().getFirst().deviceId(),
                devices.items().getLast().deviceId());
        Twin unwritten = Twin.empty(clock.instant());
        return new Page<>(
                devices.items().stream()
                        .map(device -> new Described(device, written.getOrDefault(device.deviceId(), unwritten)))
                        .toList(),
                devices.next());
    }

    public Optional<Described> find(String deviceId) {
        return identities.find(hub, deviceId).map(device -> new Described(device, stored(deviceId, clock.instant())));
    }

    /** @throws Refusal DEVICE_NOT_FOUND */
    public Twin get(String deviceId) {
        checkDevice(deviceId);
        return stored(deviceId, clock.instant());
    }

    /**
     * Changes what the patches name (RFC 7396).
     *
     * @throws Refusal DEVICE_NOT_FOUND, INVALID_ARGUMENT, TOO_LARGE, or what the precondition throws
     */
    public Twin patch(String deviceId, Change change, Precondition precondition) {
        check(change);
        return write(
                deviceId,
                precondition,
                change.desired(),
                before -> before.withTagsAndDesired(
                        change.tags()
                                .map(patch -> MergePatch.apply(before.tags(), patch))
                                .orElse(before.tags()),
                        change.desired()
                                .map(patch -> before.desired().merge(patch, clock.instant()))
                                .orElse(before.desired())));
    }

    /**
     * Puts tags and desired properties in place of what is there; what is not spoken of becomes empty.
     *
     * @throws Refusal as {@link #patch}
     */
    public Twin replace(String deviceId, Change change, Precondition precondition) {
        check(change);
        Map<String, Object> desired =
                MergePatch.apply(Map.of(), change.desired().orElse(Map.of()));
        return write(
                deviceId,
                precondition,
                Optional.of(desired),
                before -> before.withTagsAndDesired(
                        MergePatch.apply(Map.of(), change.tags().orElse(Map.of())),
                        before.desired().replace(desired, clock.instant())));
    }

    /**
     * Forgets all that is there, reported properties too, and begins with this.
     *
     * @throws Refusal as {@link #patch}
     */
    public Twin reset(String deviceId, Change change) {
        check(change);
        return write(deviceId, new Precondition.Always(), change.desired(), before -> {
            Instant now = clock.instant();
            return new Twin(
                    before.version() + 1,
                    MergePatch.apply(Map.of(), change.tags().orElse(Map.of())),
                    before.desired().replace(change.desired().orElse(Map.of()), now),
                    before.reported().replace(Map.of(), now));
        });
    }

    /**
     * Puts what another hub or an export knows in place of what is there; what is not spoken of stays.
     *
     * @throws Refusal as {@link #patch}
     */
    public Twin restore(String deviceId, Change change, Optional<Map<String, Object>> reported) {
        check(change, reported);
        return write(deviceId, new Precondition.Always(), change.desired(), before -> {
            Instant now = clock.instant();
            return new Twin(
                    before.version() + 1,
                    change.tags().map(tags -> MergePatch.apply(Map.of(), tags)).orElse(before.tags()),
                    change.desired()
                            .map(desired -> before.desired().replace(desired, now))
                            .orElse(before.desired()),
                    reported.map(values -> before.reported().replace(values, now))
                            .orElse(before.reported()));
        });
    }

    /**
     * Takes what a device reports (RFC 7396).
     *
     * @param expected the version of the reported properties that the device has in mind, if it says so
     * @return their version from now on
     * @throws Refusal DEVICE_NOT_FOUND, INVALID_ARGUMENT, TOO_LARGE, or PRECONDITION_FAILED for another version
     */
    public long report(String deviceId, Map<String, Object> patch, OptionalLong expected) {
        TwinRules.REPORTED.check(patch);
        return transactions.run(() -> {
            checkDevice(deviceId);
            Instant now = clock.instant();
            Twin before = stored(deviceId, now);
            if (expected.isPresent()
                    && expected.getAsLong() != before.reported().version()) {
                throw new Refusal(
                        Reason.PRECONDITION_FAILED,
                        "The reported properties have version "
                                + before.reported().version() + ", not " + expected.getAsLong() + ".");
            }
            TwinSection after = before.reported().merge(patch, now);
            TwinRules.REPORTED.checkSize(after.values());
            twins.put(hub, deviceId, before.withReported(after));
            return after.version();
        });
    }

    private Twin write(
            String deviceId,
            Precondition precondition,
            Optional<Map<String, Object>> told,
            UnaryOperator<Twin> change) {
        return transactions.run(() -> {
            checkDevice(deviceId);
            Twin before = stored(deviceId, clock.instant());
            precondition.check("The twin of '" + deviceId + "'", Optional.of(before.etag()));
            Twin after = change.apply(before);
            TwinRules.TAGS.checkSize(after.tags());
            TwinRules.DESIRED.checkSize(after.desired().values());
            twins.put(hub, deviceId, after);
            told.ifPresent(patch ->
                    tell(deviceId, new DesiredChange(patch, after.desired().version())));
            return after;
        });
    }

    private void tell(String deviceId, DesiredChange change) {
        transactions.afterCommit(() -> sessions.tell(hub, deviceId, change));
    }

    private Twin stored(String deviceId, Instant now) {
        return twins.find(hub, deviceId).orElseGet(() -> Twin.empty(now));
    }

    private void checkDevice(String deviceId) {
        if (identities.find(hub, deviceId).isEmpty()) {
            throw new Refusal(Reason.DEVICE_NOT_FOUND, "Device " + deviceId + " not registered");
        }
    }

    /** As {@link #check(Change)}, with what a device has reported. */
    public static void check(Change change, Optional<Map<String, Object>> reported) {
        check(change);
        reported.ifPresent(values -> {
            TwinRules.REPORTED.check(values);
            TwinRules.REPORTED.checkSize(values);
        });
    }

    /**
     * What no twin may contain, not even a new one.
     *
     * @throws Refusal INVALID_ARGUMENT or TOO_LARGE
     */
    public static void check(Change change) {
        change.tags().ifPresent(tags -> {
            TwinRules.TAGS.check(tags);
            TwinRules.TAGS.checkSize(tags);
        });
        change.desired().ifPresent(desired -> {
            TwinRules.DESIRED.check(desired);
            TwinRules.DESIRED.checkSize(desired);
        });
    }
}
