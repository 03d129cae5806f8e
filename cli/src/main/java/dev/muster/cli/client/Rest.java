package dev.muster.cli.client;

import dev.muster.base.Explanation;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;

/** JSON over HTTPS to one server. Safe for any number of threads. */
final class Rest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static {
        // A hub is known by the name that it is called by, whatever the address.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private final URI base;
    private final HttpClient client;

    Rest(URI base, Path authority) throws IOException {
        this.base = base;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(ClientTls.trusting(authority))
                .connectTimeout(PATIENCE)
                .build();
    }

    /**
     * A request, complete but for the server.
     *
     * @param body empty for none
     * @param headers the authorization among them, which is a secret
     */
    record Call(String method, String path, byte[] body, Map<String, String> headers) {
        Call with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Call(method, path, body, Map.copyOf(more));
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
        } catch (ConnectException _) {
            throw new Unreachable(
                    "No server answers.",
                    new Explanation(
                            base.toString(),
                            "nothing listens there",
                            "start the server with 'muster serve', or name another with --data or --server"));
        } catch (SSLHandshakeException e) {
            throw new Unreachable(
                    "The server is not the one that is trusted.",
                    new Explanation(
                            base.toString(),
                            "its certificate was refused (" + e.getMessage() + ")",
                            "name the file with its CA with --server-ca, and the host by a name in its certificate"));
        }
        if (response.statusCode() >= 300) {
            throw RefusedByServer.answer(response.statusCode(), response.body());
        }
        return response;
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
