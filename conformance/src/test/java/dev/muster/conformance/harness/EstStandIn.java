package dev.muster.conformance.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateBag;
import dev.muster.pki.Csr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An EST server that answers as it is told; else it issues. Safe for any number of threads. */
public final class EstStandIn implements AutoCloseable {
    public static final String USER = "registrar";
    public static final String PASSWORD = "p4ssw0rd-of-the-registrar";
    private static final String ADDRESS = "127.0.71.8";

    private final Authority authority;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Reply> replies = new ConcurrentLinkedDeque<>();
    private final List<Csr> requests = new CopyOnWriteArrayList<>();

    /** @param body of the request that was sent */
    public record Reply(int status, Map<String, String> headers, Function<Csr, byte[]> body) {
        public static Reply of(int status, String text) {
            return new Reply(status, Map.of(), _ -> text.getBytes(StandardCharsets.UTF_8));
        }

        public static Reply after(int seconds, int status) {
            return new Reply(status, Map.of("Retry-After", Integer.toString(seconds)), _ -> new byte[0]);
        }

        public static Reply with(Function<Csr, Certificate> certificate) {
            return new Reply(200, Map.of(), csr -> bag(List.of(certificate.apply(csr))));
        }
    }

    /** @param authority issues to devices, and to this server; one below a root */
    public EstStandIn(Authority authority) throws IOException, GeneralSecurityException {
        this.authority = authority;
        this.server = HttpsServer.create(new InetSocketAddress(ADDRESS, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(WebhookServer.context(authority.server(ADDRESS))));
        server.setExecutor(threads);
        server.createContext("/.well-known/est/", this::answer);
        server.start();
    }

    public String url() {
        return "https://" + ADDRESS + ":" + server.getAddress().getPort();
    }

    /** What it answers to the next requests for certificates. */
    public void next(Reply... inTurn) {
        replies.addAll(List.of(inTurn));
    }

    /** What was asked for. */
    public List<Csr> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            String login = "Basic "
                    + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            if (!login.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"est\"");
                reply(exchange, 401, new byte[0]);
            } else if (exchange.getRequestURI().getPath().endsWith("/cacerts")) {
                reply(exchange, 200, bag(authority.chain()));
            } else if (sent.length == 0) {
                reply(exchange, 400, "no request".getBytes(StandardCharsets.UTF_8));
            } else {
                Csr csr = Csr.parseText(new String(sent, StandardCharsets.US_ASCII));
                requests.add(csr);
                Reply reply = replies.isEmpty() ? Reply.with(this::issued) : replies.removeFirst();
                reply.headers().forEach(exchange.getResponseHeaders()::add);
                reply(exchange, reply.status(), reply.body().apply(csr));
            }
        }
    }

    /** The certificate that a good authority gives. */
    public Certificate issued(Csr csr) {
        return authority.certificate(csr.commonName().orElseThrow(), csr.key());
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/plain");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** With line breaks, as most servers send it. */
    private static byte[] bag(List<Certificate> certificates) {
        return Base64.getMimeEncoder().encode(CertificateBag.write(certificates));
    }
}
