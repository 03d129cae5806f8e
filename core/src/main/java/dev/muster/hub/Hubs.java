package dev.muster.hub;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The hubs of this process by the host names under which devices and services call them. Immutable. */
public final class Hubs {
    private final Map<String, Devices> byName = new TreeMap<>();
    private final List<Devices> all;

    /** @param names the host names of each hub, its own among them */
    public Hubs(Map<Devices, List<String>> names) {
        all = List.copyOf(names.keySet());
        names.forEach((devices, hosts) -> hosts.forEach(host -> byName.put(host.toLowerCase(Locale.ROOT), devices)));
    }

    public List<Devices> all() {
        return all;
    }

    /** By a host name, with or without a port; the only hub answers to any name. */
    public Optional<Devices> named(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("(?<=[^:]):\\d+$", "");
        return Optional.ofNullable(byName.get(name))
                .or(() -> all.size() == 1 ? all.stream().findFirst() : Optional.empty());
    }
}
