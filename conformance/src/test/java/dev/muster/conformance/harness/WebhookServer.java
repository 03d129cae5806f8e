package dev.muster.conformance.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.pki.Certificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A webhook that answers as it is told, device by device. Safe for any number of threads. */
public final class WebhookServer implements AutoCloseable {
    private static final String ADDRESS = "127.0.71.9";
    private static final JsonMapper JSON = new JsonMapper();
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /** What it was asked. */
    public record Call(String method, String path, String contentType, JsonNode body) {
        public String registrationId() {
            return body.at("/deviceRuntimeContext/registrationId").asString();
        }
    }

    /** @param after is waited for before the answer */
    public record Reply(int status, String body, CountDownLatch after) {
        public Reply(int status, String body) {
            this(status, body, new CountDownLatch(0));
        }
    }

    /** @param authority issues its certificate */
    public WebhookServer(Authority authority) throws IOException, GeneralSecurityException {
        server = HttpsServer.create(new InetSocketAddress(ADDRESS, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(authority.server(ADDRESS))));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** With a key, which nobody but the webhook should see. */
    public String url() {
        return maskedUrl().replace("****", "code=the-function-key");
    }

    /** As owners see it. */
    public String maskedUrl() {
        return "https://" + ADDRESS + ":" + server.getAddress().getPort() + "/api/choose?****";
    }

    /** What it answers when it is asked for this device; the last one again and again. */
    public void answer(String registrationId, Reply... inTurn) {
        replies.put(registrationId, new ArrayDeque<>(List.of(inTurn)));
    }

    public List<Call> calls(String registrationId) {
        return calls.stream()
                .filter(call -> call.registrationId().equals(registrationId))
                .toList();
    }

    public void awaitCall(String registrationId) throws InterruptedException {
        while (calls(registrationId).isEmpty()) {
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = new Call(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    JSON.readTree(exchange.getRequestBody().readAllBytes()));
            Reply reply = next(call.registrationId());
            calls.add(call);
            reply.after().await();
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply next(String registrationId) {
        Deque<Reply> left = replies.getOrDefault(registrationId, new ArrayDeque<>());
        synchronized (left) {
            return left.size() > 1 ? left.removeFirst() : left.getFirst();
        }
    }

    public static SSLContext context(Device identity) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        store.setKeyEntry(
                "webhook",
                identity.key(),
                PASSWORD,
                identity.chain().stream().map(Certificate::x509).toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
