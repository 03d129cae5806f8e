package dev.muster.cli.client.owner;

import dev.muster.base.Explanation;
import dev.muster.cli.client.ClientTls;
import dev.muster.cli.client.RefusedByServer;
import dev.muster.cli.client.Unreachable;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** JSON over HTTPS to one server. Safe for any number of threads. */
final class Rest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<Integer> UNAUTHORIZED = Set.of(401, 403);

    static {
        // A hub is known by the name that it is called by, whatever the address.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private final URI base;
    private final HttpClient client;

    /** @param authority empty for what this machine trusts */
    Rest(URI base, Optional<Path> authority) throws IOException {
        this.base = base;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE);
        if (authority.isPresent()) {
            builder.sslContext(ClientTls.trusting(authority.get()));
        }
        this.client = builder.build();
    }

    /**
     * A request, complete but for the server.
     *
     * @param body empty for none
     * @param right what the caller must be allowed to
     * @param headers but for the authorization
     */
    record Call(String method, String path, byte[] body, Caller caller, String right, Map<String, String> headers) {
        Call with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Call(method, path, body, caller, right, Map.copyOf(more));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /**
     * Waits for the answer to a call.
     *
     * @throws RefusedByServer for any status that is not a success
     * @throws Unreachable when no server answers
     */
    HttpResponse<byte[]> send(Call call) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(call.path()))
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .header("Authorization", call.caller().authorization(Instant.now()))
                .header("Content-Type", "application/json; charset=utf-8")
                .method(call.method(), BodyPublishers.ofByteArray(call.body()));
        call.headers().forEach((name, value) -> {
            if (!name.equals("Host") || !value.equalsIgnoreCase(base.getHost())) {
                request.header(name, value);
            }
        });
        HttpResponse<byte[]> response;
        try {
            response = client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (SSLException e) {
            throw new Unreachable(
                    "The server is not the one that is trusted.",
                    new Explanation(
                            base.toString(),
                            "its certificate was refused (" + e.getMessage() + ")",
                            "name the file with its CA, which is ca.pem in its data directory, with --server-ca, and the host"
                                    + " by a name in its certificate"));
        } catch (SocketException | HttpTimeoutException e) {
            throw new Unreachable(
                    "No server answers.",
                    new Explanation(
                            base.toString(),
                            reason(e),
                            "check host and port; start the server with 'muster serve', or name another with --data,"
                                    + " --server or --connection-string-file"));
        }
        if (response.statusCode() >= 300) {
            RefusedByServer refused = RefusedByServer.answer(response.statusCode(), response.body());
            throw UNAUTHORIZED.contains(response.statusCode())
                    ? refused.because(call.caller().unauthorized(call.right()))
                    : refused;
        }
        return response;
    }

    private static String reason(IOException e) {
        if (e instanceof HttpTimeoutException) {
            return "it did not answer within " + PATIENCE.toSeconds() + " s";
        }
        return Stream.<Throwable>iterate(e, cause -> cause != null, Throwable::getCause)
                        .anyMatch(UnresolvedAddressException.class::isInstance)
                ? "no address is known for this name"
                : "nothing listens there";
    }

    /** A part of a path or query, with everything escaped that could end it. */
    static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.close();
    }
}
