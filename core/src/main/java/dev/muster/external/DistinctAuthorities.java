package dev.muster.external;

import dev.muster.authority.Authorities;
import dev.muster.authority.Authority;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.enrollment.PreviewResources;
import java.util.List;
import java.util.Optional;

/**
 * This server's authorities, none of which takes the name of an account with one elsewhere: enrollments name both. Safe
 * for any number of threads.
 */
public final class DistinctAuthorities implements Authorities {
    private final Authorities authorities;
    private final PreviewResources accounts;

    public DistinctAuthorities(Authorities authorities, PreviewResources accounts) {
        this.authorities = authorities;
        this.accounts = accounts;
    }

    @Override
    public Optional<Authority> find(String name) {
        return authorities.find(name);
    }

    @Override
    public List<Authority> list() {
        return authorities.list();
    }

    /** @throws Refusal ALREADY_EXISTS for a new one, too, that has the name of an account */
    @Override
    public void put(Authority authority, Precondition precondition) {
        if (precondition instanceof Precondition.Absent
                && accounts.find(Kind.CERTIFICATE_AUTHORITY, authority.name()).isPresent()) {
            throw new Refusal(
                    Refusal.Reason.ALREADY_EXISTS,
                    "The name '" + authority.name()
                            + "' is that of a linked certificate authority; choose another, or delete the link first.");
        }
        authorities.put(authority, precondition);
    }

    @Override
    public void delete(String name, Precondition precondition) {
        authorities.delete(name, precondition);
    }
}
