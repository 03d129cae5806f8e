package dev.muster.allocation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A hub that remembers what it was told, unless it has been told to fail. */
public final class FakeHub implements LinkedHub {
    public final List<NewDevice> provisioned = new ArrayList<>();
    public final List<String> removed = new ArrayList<>();
    public final Deque<RuntimeException> failures = new ArrayDeque<>();
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
    }

    @Override
    public void remove(String deviceId) {
        failIfTold();
        removed.add(deviceId);
    }

    private void failIfTold() {
        if (!failures.isEmpty()) {
            throw failures.removeFirst();
        }
    }
}
