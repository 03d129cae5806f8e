package dev.muster.authority;

import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import java.util.List;
import java.util.Optional;

/** Port to the stored authorities, without their keys. */
public interface Authorities {
    /** @param name without regard to case */
    Optional<Authority> find(String name);

    /** @throws Refusal AUTHORITY_NOT_FOUND */
    default Authority get(String name) {
        return find(name)
                .orElseThrow(() -> new Refusal(
                        Reason.AUTHORITY_NOT_FOUND,
                        "The certificate authority '" + name + "' does not exist.",
                        new Explanation(
                                "certificate authority '" + name + "'",
                                "this server has none of that name",
                                "create it (muster authorities create), or correct the name")));
    }

    /** In the order of their names. */
    List<Authority> list();

    /** @throws Refusal what the precondition throws; then nothing was written */
    void put(Authority authority, Precondition precondition);

    /** @throws Refusal AUTHORITY_NOT_FOUND, or what the precondition throws */
    void delete(String name, Precondition precondition);
}
