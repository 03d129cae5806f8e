package dev.muster.registration;

import java.util.ArrayList;
import java.util.List;

/** A hub that remembers what it was told. */
final class FakeHub implements LinkedHub {
    final List<NewDevice> provisioned = new ArrayList<>();
    final List<String> removed = new ArrayList<>();
    private final String hostName;

    FakeHub(String hostName) {
        this.hostName = hostName;
    }

    @Override
    public String hostName() {
        return hostName;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public void provision(NewDevice device) {
        provisioned.add(device);
    }

    @Override
    public void remove(String deviceId) {
        removed.add(deviceId);
    }
}
