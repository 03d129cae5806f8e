package dev.muster.server.http;

import dev.muster.hub.Devices;
import dev.muster.server.http.routing.Connections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What the server says of itself to its owner. Thread-safe. */
final class Status implements Supplier<Map<String, Object>> {
    private final HttpFrontEnd.Services services;
    private final Connections connections;
    private final IntSupplier httpsPort;

    Status(HttpFrontEnd.Services services, Connections connections, IntSupplier httpsPort) {
        this.services = services;
        this.connections = connections;
        this.httpsPort = httpsPort;
    }

    @Override
    public Map<String, Object> get() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", services.ambient().version());
        body.put("name", services.provisioning().name());
        body.put("idScope", services.provisioning().idScope());
        body.put("hubs", services.hubs().all().stream().map(Devices::hub).toList());
        body.put(
                "ports",
                Map.of(
                        "https", httpsPort.getAsInt(),
                        "mqtt", services.ambient().mqttPort().getAsInt(),
                        "amqp", services.ambient().amqpPort().getAsInt()));
        body.put("counts", counts());
        return body;
    }

    private Map<String, Object> counts() {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put(
                "caCertificates",
                services.provisioning().registries().authorities().list().size());
        counts.put("httpsConnections", connections.count());
        counts.put(
                "events",
                IntStream.range(0, services.events().partitions())
                        .mapToLong(services.events()::end)
                        .sum());
        return counts;
    }
}
