package dev.muster.cli.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A member that is not as it is declared, in texts that are safe to show.
 *
 * @param before empty where the server has none
 * @param after empty where there is to be none
 */
public record Difference(String member, Optional<String> before, Optional<String> after) {
    /** What would make the one the other, in the order of the members; empty when nothing would have to change. */
    static List<Difference> between(Map<String, String> found, Map<String, String> declared) {
        List<Difference> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(declared.keySet());
        found.keySet().stream()
                .filter(name -> Members.isUnwanted(name, declared.keySet()))
                .forEach(names::add);
        for (String name : names) {
            Optional<String> before = Optional.ofNullable(found.get(name));
            Optional<String> after = Optional.ofNullable(declared.get(name));
            if (!before.equals(after)) {
                differences.add(new Difference(name, before, after));
            }
        }
        return List.copyOf(differences);
    }

    @Override
    public String toString() {
        return member + ": " + before.orElse("(none)") + " -> " + after.orElse("(none)");
    }
}
