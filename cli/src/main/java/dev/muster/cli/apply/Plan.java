package dev.muster.cli.apply;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What would make a server as a setup wants it, in the order in which it is done. Immutable. */
public record Plan(List<Step> steps) {
    /** Of the steps of each kind, in the order of the kinds: deletions come last, and in the opposite order. */
    static Plan of(List<Step> steps) {
        List<Step> ordered = new ArrayList<>(steps.stream()
                .filter(step -> step.action() != Step.Action.DELETE)
                .toList());
        List<Step> deletions = new ArrayList<>(steps.stream()
                .filter(step -> step.action() == Step.Action.DELETE)
                .toList());
        Collections.reverse(deletions);
        ordered.addAll(deletions);
        return new Plan(List.copyOf(ordered));
    }

    /** The steps that change something. */
    public List<Step> changes() {
        return steps.stream().filter(Step::changesAnything).toList();
    }

    public boolean isDone() {
        return changes().isEmpty();
    }

    public void print(PrintWriter out) {
        for (Step step : changes()) {
            out.println(sign(step) + " " + step.title());
            step.differences().forEach(difference -> out.println("    " + difference));
        }
        out.println(isDone() ? "Nothing to do; " + count(Step.Action.KEEP) + " unchanged." : summary());
        out.flush();
    }

    private String summary() {
        return Stream.of(Step.Action.values())
                .map(action -> count(action) + " " + word(action))
                .collect(Collectors.joining(", ", "", "."));
    }

    private long count(Step.Action action) {
        return steps.stream().filter(step -> step.action() == action).count();
    }

    private static String sign(Step step) {
        return switch (step.action()) {
            case CREATE -> "+ create";
            case CHANGE -> "~ change";
            case DELETE -> "- delete";
            case KEEP -> "  keep";
        };
    }

    private static String word(Step.Action action) {
        return switch (action) {
            case CREATE -> "to create";
            case CHANGE -> "to change";
            case DELETE -> "to delete";
            case KEEP -> "unchanged";
        };
    }
}
