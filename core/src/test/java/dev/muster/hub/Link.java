package dev.muster.hub;

import java.util.ArrayList;
import java.util.List;

/** Remembers what was done with a connection. */
final class Link implements DeviceLink {
    final List<String> closed = new ArrayList<>();
    final List<DeviceTwins.DesiredChange> told = new ArrayList<>();

    @Override
    public void close(String why) {
        closed.add(why);
    }

    @Override
    public void tell(DeviceTwins.DesiredChange change) {
        told.add(change);
    }
}
