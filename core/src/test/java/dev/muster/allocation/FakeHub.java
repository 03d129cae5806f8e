package dev.muster.allocation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A hub that remembers what it was told, unless it has been told to fail. */
public final class FakeHub implements LinkedHub {
    public final List<NewDevice> provisioned = new ArrayList<>();
    public final List<String> removed = new ArrayList<>();
    public final Map<String, Data.Moved> data = new HashMap<>();
    public final Deque<RuntimeException> failures = new ArrayDeque<>();
    /** What happens elsewhere while it is told of a device. */
    public Runnable onProvision = () -> {};

    private final String hostName;
    private final boolean local;

    private FakeHub(String hostName, boolean local) {
        this.hostName = hostName;
        this.local = local;
    }

    public static FakeHub local(String hostName) {
        return new FakeHub(hostName, true);
    }

    public static FakeHub remote(String hostName) {
        return new FakeHub(hostName, false);
    }

    @Override
    public String hostName() {
        return hostName;
    }

    @Override
    public boolean isLocal() {
        return local;
    }

    @Override
    public void provision(NewDevice device) {
        failIfTold();
        provisioned.add(device);
        onProvision.run();
    }

    @Override
    public Optional<Data.Moved> data(String deviceId) {
        failIfTold();
        return Optional.ofNullable(data.get(deviceId));
    }

    @Override
    public void remove(String deviceId) {
        failIfTold();
        removed.add(deviceId);
        data.remove(deviceId);
    }

    private void failIfTold() {
        if (!failures.isEmpty()) {
            throw failures.removeFirst();
        }
    }
}
