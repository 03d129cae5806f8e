package dev.muster.server.http;

import dev.muster.server.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** HTTPS clients of several manners, with or without a client certificate. */
final class TestClient {
    private final SSLContext context;
    private final HttpClient http;

    TestClient(@Nullable TestIdentity identity) {
        this(identity, "TLS");
    }

    TestClient(@Nullable TestIdentity identity, String protocol) {
        try {
            context = SSLContext.getInstance(protocol);
            context.init(
                    identity == null ? new KeyManager[0] : identity.keyManagers(),
                    new TrustManager[] {new TestTls.TrustAll()},
                    null);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        http = HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    SSLContext context() {
        return context;
    }

    HttpResponse<String> send(String method, String url, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> send(String method, String url, String body) {
        return send(method, url, body, Map.of());
    }

    /** Writes what no polite client would, and reads until the server closes or has sent as many answers. */
    String raw(int port, String request, int answers) {
        try (Socket socket = context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return read(socket.getInputStream(), answers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> json(HttpResponse<String> response) {
        return Json.parseObject(response.body().getBytes(StandardCharsets.UTF_8));
    }

    static String text(Map<String, Object> json, String member) {
        return String.valueOf(json.get(member));
    }

    private static String read(InputStream in, int answers) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (count(text.toString()) < answers) {
            int read = in.read(buffer);
            if (read < 0) {
                break;
            }
            text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** How many answers have come in whole, every one of them being JSON. */
    private static int count(String text) {
        int count = 0;
        for (int at = text.indexOf("HTTP/1.1 "); at >= 0; at = text.indexOf("HTTP/1.1 ", at + 1)) {
            int end = text.indexOf("\r\n\r\n", at);
            if (end >= 0 && text.indexOf('}', end) >= 0) {
                count++;
            }
        }
        return count;
    }
}
