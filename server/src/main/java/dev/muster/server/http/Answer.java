package dev.muster.server.http;

import dev.muster.server.wire.Json;
import java.util.ArrayList;
import java.util.List;

/** What goes back to the client. Immutable. */
record Answer(int status, List<Header> headers, byte[] body) {
    private static final Header JSON = new Header("Content-Type", "application/json; charset=utf-8");

    /** Names in lower case where clients look them up so. */
    record Header(String name, String value) {}

    Answer {
        headers = List.copyOf(headers);
    }

    static Answer json(int status, byte[] body) {
        return new Answer(status, List.of(JSON), body);
    }

    static Answer json(int status, Object value) {
        return json(status, Json.print(value));
    }

    static Answer empty(int status) {
        return new Answer(status, List.of(), new byte[0]);
    }

    Answer with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Answer(status, more, body);
    }
}
