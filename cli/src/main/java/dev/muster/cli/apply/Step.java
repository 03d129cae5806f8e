package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What becomes of one thing.
 *
 * @param differences of a change
 * @param work does it, once
 */
public record Step(Kind kind, String name, Action action, List<Difference> differences, Work work) {
    /** What a step does. */
    public enum Action {
        CREATE,
        CHANGE,
        DELETE,
        KEEP
    }

    /** Calls of the API. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException, InterruptedException;
    }

    boolean changesAnything() {
        return action != Action.KEEP;
    }

    /** Such as {@code enrollment group 'plant'}. */
    public String title() {
        return kind.title() + " '" + name + "'";
    }

    /** For scripts. */
    public Document document() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kind", kind.title());
        members.put("name", name);
        members.put("action", action.name().toLowerCase(Locale.ROOT));
        members.put("differences", differences.stream().map(Step::document).toList());
        return Document.of(members);
    }

    private static Map<String, String> document(Difference difference) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("member", difference.member());
        difference.before().ifPresent(before -> members.put("before", before));
        difference.after().ifPresent(after -> members.put("after", after));
        return members;
    }
}
