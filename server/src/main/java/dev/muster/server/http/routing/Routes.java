package dev.muster.server.http.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which operation answers which method and path. Literal segments are compared without regard to case and win over
 * placeholders. Filled once, then only read, by any thread.
 */
public final class Routes {
    private final Node root = new Node();

    /**
     * @param errors how this route's API spells its errors
     * @param maxBodyBytes what is larger is refused before it is read
     * @param open whether strangers are answered too, who have proved nothing by it
     */
    public record Route(Operation operation, ErrorStyle errors, int maxBodyBytes, boolean open) {
        public Route(Operation operation, ErrorStyle errors, int maxBodyBytes) {
            this(operation, errors, maxBodyBytes, false);
        }
    }

    /** What came of looking for a route. */
    public sealed interface Match {
        record Found(Route route, Map<String, String> captured) implements Match {}

        record NoSuchMethod(Set<String> allowed) implements Match {}

        record NoSuchPath() implements Match {}
    }

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private @Nullable Node any;
        private String placeholder = "";
        private final Map<String, Route> byMethod = new HashMap<>();
    }

    /** @param path such as {@code /devices/{id}} */
    public void add(String method, String path, Route route) {
        Node node = root;
        for (String segment : path.substring(1).split("/")) {
            node = segment.startsWith("{")
                    ? placeholder(node, segment.substring(1, segment.length() - 1))
                    : node.literals.computeIfAbsent(segment.toLowerCase(Locale.ROOT), _ -> new Node());
        }
        if (node.byMethod.put(method, route) != null) {
            throw new IllegalArgumentException("two routes for " + method + " " + path);
        }
    }

    public Match match(String method, List<String> segments) {
        Set<String> allowed = new TreeSet<>();
        Map<String, String> captured = new HashMap<>();
        Route route = find(root, method, segments, 0, captured, allowed);
        if (route != null) {
            return new Match.Found(route, captured);
        }
        return allowed.isEmpty() ? new Match.NoSuchPath() : new Match.NoSuchMethod(allowed);
    }

    private static @Nullable Route find(
            Node node,
            String method,
            List<String> segments,
            int depth,
            Map<String, String> captured,
            Set<String> allowed) {
        if (depth == segments.size()) {
            allowed.addAll(node.byMethod.keySet());
            return node.byMethod.get(method);
        }
        String segment = segments.get(depth);
        Node literal = node.literals.get(segment.toLowerCase(Locale.ROOT));
        if (literal != null) {
            Route route = find(literal, method, segments, depth + 1, captured, allowed);
            if (route != null) {
                return route;
            }
        }
        Node any = node.any;
        if (any == null) {
            return null;
        }
        Route route = find(any, method, segments, depth + 1, captured, allowed);
        if (route != null) {
            captured.put(any.placeholder, segment);
        }
        return route;
    }

    private static Node placeholder(Node parent, String name) {
        Node any = parent.any;
        if (any == null) {
            any = new Node();
            any.placeholder = name;
            parent.any = any;
        }
        if (!any.placeholder.equals(name)) {
            throw new IllegalArgumentException("{" + name + "} is called {" + any.placeholder + "} elsewhere");
        }
        return any;
    }
}
