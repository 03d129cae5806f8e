package dev.muster.conformance.peer;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A lockstep HTTP/1.1 client (RFC 9112): sends the text it is given and reads one answer at a time. For one thread. */
public final class HttpPeer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final TlsPeer peer;

    public HttpPeer(TlsPeer peer) {
        this.peer = peer;
    }

    public static HttpPeer connect(TestServer server, Device device) throws IOException {
        return new HttpPeer(TlsPeer.connect(server.trust().context(device), TestServer.HTTPS));
    }

    /** @param headers by their names in lower case */
    public record Answer(int status, Map<String, String> headers, String body) {
        public JsonNode json() {
            return JSON.readTree(body);
        }

        public String header(String name) {
            return Optional.ofNullable(headers.get(name))
                    .orElseThrow(() -> new AssertionError("no header " + name + " in " + headers));
        }
    }

    /** @param headers one a line, without Host and Content-Length */
    public Answer request(String method, String target, String headers, String body) throws IOException {
        send(method + " " + target + " HTTP/1.1\r\nHost: " + TestServer.HOST + "\r\n"
                + (headers.isEmpty() ? "" : headers.strip().replace("\n", "\r\n") + "\r\n")
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
        return answer().orElseThrow(() -> new AssertionError("hung up instead of an answer"));
    }

    public void send(String text) throws IOException {
        peer.send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next answer; empty once the server has hung up. */
    public Optional<Answer> answer() throws IOException {
        String statusLine;
        try {
            statusLine = line();
        } catch (EOFException | SocketException _) {
            return Optional.empty();
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Optional.of(new Answer(Integer.parseInt(statusLine.split(" ")[1]), headers, body(headers)));
    }

    /** Whether the server hung up, having said nothing more. */
    public boolean isClosedByServer() {
        return peer.isClosedByServer();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }

    private String body(Map<String, String> headers) throws IOException {
        InputStream in = peer.in();
        if (!"chunked".equals(headers.get("transfer-encoding"))) {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(); size > 0; size = chunk()) {
            body.write(in.readNBytes(size));
            line();
        }
        line();
        return body.toString(StandardCharsets.UTF_8);
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = peer.in().read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
            next = peer.in().read();
        }
        return line.toString().stripTrailing();
    }
}
