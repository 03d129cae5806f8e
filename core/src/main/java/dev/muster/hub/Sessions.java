package dev.muster.hub;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which devices are connected to this process. A device has one connection at most: a new one ends the old. */
public final class Sessions {
    private final Map<Key, DeviceLink> links = new ConcurrentHashMap<>();

    private record Key(String hub, String deviceId) {}

    /** Makes this the device's connection; the one before, if any, is closed. */
    public void open(String hub, String deviceId, DeviceLink link) {
        DeviceLink before = links.put(new Key(hub, deviceId), link);
        if (before != null && !before.equals(link)) {
            before.close("the device connected again");
        }
    }

    /** Forgets the connection, unless another one has taken over by now. */
    public void closed(String hub, String deviceId, DeviceLink link) {
        links.remove(new Key(hub, deviceId), link);
    }

    public boolean isConnected(String hub, String deviceId) {
        return links.containsKey(new Key(hub, deviceId));
    }

    /** Ends the device's connection, if it has one. */
    public void end(String hub, String deviceId, String why) {
        DeviceLink link = links.remove(new Key(hub, deviceId));
        if (link != null) {
            link.close(why);
        }
    }

    /** Tells the device, if it is connected. */
    void tell(String hub, String deviceId, DeviceTwins.DesiredChange change) {
        DeviceLink link = links.get(new Key(hub, deviceId));
        if (link != null) {
            link.tell(change);
        }
    }

    public long count(String hub) {
        return links.keySet().stream().filter(key -> key.hub().equals(hub)).count();
    }

    public int count() {
        return links.size();
    }
}
