package dev.muster.server.http.routing;

import dev.muster.base.Refusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The path and query of a request, decoded. Empty segments are dropped, since clients send trailing and double slashes.
 *
 * @param segments of the path
 * @param query by lower-case name; of a repeated one the first
 */
public record Target(List<String> segments, Map<String, String> query) {
    /** @throws Refusal INVALID_ARGUMENT when a percent escape is malformed */
    public static Target parse(String path, String query) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment));
            }
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            parameters.putIfAbsent(decode(name).toLowerCase(Locale.ROOT), decode(value));
        }
        return new Target(segments, parameters);
    }

    /** @param name in lower case */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            // A plus sign is itself: this is RFC 3986, not a form.
            String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            // PostgreSQL has no texts with a NUL in them, so it cannot even be asked for one.
            if (decoded.indexOf(0) < 0) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The request target is malformed.");
    }
}
