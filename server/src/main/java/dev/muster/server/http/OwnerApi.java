package dev.muster.server.http;

import dev.muster.base.AccessPolicies;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.hub.Devices;
import dev.muster.hub.Event;
import dev.muster.hub.Events;
import dev.muster.hub.Hubs;
import dev.muster.registration.Attempt;
import dev.muster.registration.Attempts;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.OwnerBodies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What only Muster has, for its owner: status, attempts with their explanations, events, keys. Thread-safe. */
final class OwnerApi {
    private static final int MAX_ITEMS = 1000;
    private static final int DEFAULT_ITEMS = 100;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final int MAX_WAIT_SECONDS = 60;
    private static final int DEFAULT_PORT = 443;

    /** By name and port. */
    private static final Pattern CALLED = Pattern.compile("(.+):(\\d{1,5})");

    private final Supplier<Map<String, Object>> status;
    private final Attempts attempts;
    private final Events events;
    private final Hubs hubs;
    private final AccessPolicies policies;
    private final Administrator administrator;

    OwnerApi(
            Supplier<Map<String, Object>> status,
            Attempts attempts,
            Events events,
            Hubs hubs,
            AccessPolicies policies,
            Administrator administrator) {
        this.status = status;
        this.attempts = attempts;
        this.events = events;
        this.hubs = hubs;
        this.policies = policies;
        this.administrator = administrator;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/muster/status", route(this::status));
        routes.add("GET", "/muster/attempts", route(this::attempts));
        routes.add("GET", "/muster/registrations/{id}/attempts", route(this::attemptsOf));
        routes.add("GET", "/muster/events/partitions", route(this::partitions));
        routes.add("GET", "/muster/events", route(this::events));
        routes.add("GET", "/muster/connection-strings", route(this::connectionStrings));
    }

    private Routes.Route route(Operation operation) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.PROVISIONING, 0);
    }

    private Answer status(Call call) {
        return Answer.json(200, status.get());
    }

    private Answer attempts(Call call) {
        boolean failedOnly = call.target()
                .parameter("failed")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        return answer(attempts.list(failedOnly, limit(call)));
    }

    private Answer attemptsOf(Call call) {
        return answer(attempts.of(call.captured("id"), limit(call)));
    }

    private static Answer answer(List<Attempt> found) {
        return Answer.json(
                200, Map.of("value", found.stream().map(OwnerBodies::print).toList()));
    }

    private Answer partitions(Call call) {
        List<Map<String, Object>> ends = IntStream.range(0, events.partitions())
                .mapToObj(partition -> Map.<String, Object>of("partition", partition, "end", events.end(partition)))
                .toList();
        return Answer.json(200, Map.of("value", ends));
    }

    private Answer events(Call call) {
        int partition = (int) call.number("partition", 0, 0, events.partitions() - 1L);
        long from = call.number("from", 0, 0, Long.MAX_VALUE);
        long wait = call.number("wait", 0, 0, MAX_WAIT_SECONDS);
        int limit = limit(call);
        List<Event> found = events.read(partition, from, limit);
        long deadline = System.nanoTime() + Duration.ofSeconds(wait).toNanos();
        while (found.isEmpty() && deadline - System.nanoTime() > 0) {
            pause();
            found = events.read(partition, from, limit);
        }
        return Answer.json(
                200, Map.of("value", found.stream().map(OwnerBodies::print).toList()));
    }

    private Answer connectionStrings(Call call) {
        Matcher called = CALLED.matcher(call.host());
        String host = called.matches() ? called.group(1) : call.host();
        int port = called.matches() ? Integer.parseInt(called.group(2)) : DEFAULT_PORT;
        List<Map<String, Object>> strings = new ArrayList<>();
        policies.list(AccessPolicies.PROVISIONING).forEach(policy -> strings.add(connectionString(host, port, policy)));
        for (Devices devices : hubs.all()) {
            policies.list(AccessPolicies.hub(devices.hub()))
                    .forEach(policy -> strings.add(connectionString(devices.hub(), port, policy)));
        }
        return Answer.json(200, Map.of("value", strings));
    }

    /** Without the port, with which most SDKs would refuse it. */
    private static Map<String, Object> connectionString(String host, int port, SharedAccessPolicy policy) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("policy", policy.name());
        body.put("hostName", host);
        body.put("httpsPort", port);
        body.put(
                "connectionString",
                "HostName=" + host + ";SharedAccessKeyName=" + policy.name() + ";SharedAccessKey="
                        + policy.primaryKey());
        return body;
    }

    private static int limit(Call call) {
        return (int) call.number("limit", DEFAULT_ITEMS, 1, MAX_ITEMS);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Refusal.Reason.THROTTLED, "The server is shutting down.");
        }
    }
}
