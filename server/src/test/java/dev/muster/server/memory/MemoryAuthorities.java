package dev.muster.server.memory;

import dev.muster.authority.Authorities;
import dev.muster.authority.Authority;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Certificate authorities in memory. */
public final class MemoryAuthorities implements Authorities {
    private final Shelf<Authority> shelf = new Shelf<>();

    @Override
    public Optional<Authority> find(String name) {
        return shelf.find(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public List<Authority> list() {
        return shelf.all();
    }

    @Override
    public synchronized void put(Authority authority, Precondition precondition) {
        precondition.check(authority.title(), find(authority.name()).map(Authority::etag));
        shelf.put(authority.name().toLowerCase(Locale.ROOT), authority);
    }

    @Override
    public synchronized void delete(String name, Precondition precondition) {
        Authority before =
                find(name).orElseThrow(() -> new Refusal(Refusal.Reason.AUTHORITY_NOT_FOUND, "Authority not found."));
        precondition.check(before.title(), Optional.of(before.etag()));
        shelf.remove(name.toLowerCase(Locale.ROOT));
    }
}
