package dev.muster.server.http.routing;

import dev.muster.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What goes back to the client. Immutable. */
public record Answer(int status, List<Header> headers, byte[] body) {
    private static final Header JSON = new Header("Content-Type", "application/json; charset=utf-8");
    private static final Header TEXT = new Header("Content-Type", "text/plain; charset=utf-8");

    /** Names in lower case where clients look them up so. */
    public record Header(String name, String value) {}

    public Answer {
        headers = List.copyOf(headers);
    }

    public static Answer json(int status, byte[] body) {
        return new Answer(status, List.of(JSON), body);
    }

    public static Answer json(int status, Object value) {
        return json(status, Json.print(value));
    }

    public static Answer text(int status, String body) {
        return new Answer(status, List.of(TEXT), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer empty(int status) {
        return new Answer(status, List.of(), new byte[0]);
    }

    public Answer with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Answer(status, more, body);
    }
}
