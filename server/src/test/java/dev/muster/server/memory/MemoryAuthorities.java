package dev.muster.server.memory;

import dev.muster.authority.Authorities;
import dev.muster.authority.Authority;
import dev.muster.base.Precondition;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Safe for any number of threads. */
public final class MemoryAuthorities implements Authorities {
    private final Map<String, Authority> stored = new ConcurrentHashMap<>();

    @Override
    public Optional<Authority> find(String name) {
        return Optional.ofNullable(stored.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public List<Authority> list() {
        return List.copyOf(stored.values());
    }

    @Override
    public void put(Authority authority, Precondition precondition) {
        stored.put(authority.name().toLowerCase(Locale.ROOT), authority);
    }

    @Override
    public void delete(String name, Precondition precondition) {
        stored.remove(name.toLowerCase(Locale.ROOT));
    }
}
