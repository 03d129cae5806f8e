package dev.muster.conformance.allocation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.WebhookServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The REST API of a hub that answers as it is told, in turn. For one client. */
final class HubStandIn implements AutoCloseable {
    private static final String ADDRESS = "127.0.71.8";

    private final HttpsServer server;
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** @param ifMatch empty without the header */
    record Request(String line, String authorization, Optional<String> ifMatch, String body) {}

    record Answer(int status, String body) {}

    HubStandIn(Authority authority) throws IOException, GeneralSecurityException {
        server = HttpsServer.create(new InetSocketAddress(ADDRESS, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(WebhookServer.context(authority.server(ADDRESS))));
        server.createContext("/", this::answer);
        server.start();
    }

    /** Host and port. */
    String endpoint() {
        return ADDRESS + ":" + server.getAddress().getPort();
    }

    void answer(int status, String body) {
        answers.add(new Answer(status, body));
    }

    List<Request> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(new Request(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-Match")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Answer answer = answers.removeFirst();
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
