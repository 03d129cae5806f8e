package dev.muster.cli.apply;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The mistakes of a setup file, all of them before anything is changed. For one thread. */
final class Problems {
    private static final int SHOWN = 50;

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    private record Problem(int line, String place, String rule) {
        @Override
        public String toString() {
            return "line " + line + (place.isEmpty() ? "" : ", " + place) + ": " + rule;
        }
    }

    /** @param file what to call it */
    Problems(String file) {
        this.file = file;
    }

    /** @param place such as {@code groups[2].ca} */
    void add(int line, String place, String rule) {
        found.add(new Problem(line, place, rule));
    }

    /** @throws Refusal INVALID_ARGUMENT when there are any */
    void check() {
        if (found.isEmpty()) {
            return;
        }
        String list = found.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .limit(SHOWN)
                .map(problem -> "\n    " + problem)
                .collect(Collectors.joining());
        String more = found.size() > SHOWN ? "\n    and " + (found.size() - SHOWN) + " more" : "";
        throw new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The setup file is not valid; nothing was changed.",
                new Explanation(file, list + more, "correct the file and apply it again"));
    }
}
