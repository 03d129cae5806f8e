package dev.muster.server.http.routing;

import dev.muster.server.wire.ErrorCode;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.net.NetSocketInternal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebSockets (RFC 6455) and gives the connection to the protocol that the client names. Used on event loops;
 * immutable.
 */
public final class WebSocketUpgrade {
    static final String VERSION = "13";

    /** RFC 6455 section 1.3. */
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** Paho's default is {@code /mqtt}, the C# SDK has none, all others say {@code /$iothub/websocket}. */
    private static final Set<List<String>> PATHS = Set.of(List.of(), List.of("mqtt"), List.of("$iothub", "websocket"));

    private final List<SubProtocol> subProtocols;

    public WebSocketUpgrade(List<SubProtocol> subProtocols) {
        this.subProtocols = List.copyOf(subProtocols);
    }

    /** What becomes of a request. */
    sealed interface Outcome {
        /** @param name of the protocol, in the client's spelling */
        record Accepted(SubProtocol protocol, String name, String key) implements Outcome {}

        record Refused(ErrorCode code, String message) implements Outcome {}
    }

    /** Whether one is asked for, where there are any. */
    boolean isWanted(HttpServerRequest request) {
        return !subProtocols.isEmpty()
                && request.method().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    Outcome judge(HttpServerRequest request, Target target) {
        if (!PATHS.contains(target.segments())) {
            return new Outcome.Refused(ErrorCode.NOT_FOUND, "There is no WebSocket at this path.");
        }
        String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || key.isBlank() || !names(request.getHeader("Connection"), "upgrade")) {
            return new Outcome.Refused(ErrorCode.BAD_REQUEST, "This is no WebSocket handshake of RFC 6455.");
        }
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            return new Outcome.Refused(ErrorCode.BAD_REQUEST, "The WebSocket version must be 13.");
        }
        return spoken(request)
                .<Outcome>map(chosen -> new Outcome.Accepted(chosen.protocol(), chosen.spelling(), key.strip()))
                .orElseGet(() -> new Outcome.Refused(
                        ErrorCode.BAD_REQUEST,
                        subProtocols.stream()
                                .map(SubProtocol::name)
                                .collect(Collectors.joining(" or ", "The WebSocket sub-protocol must be ", "."))));
    }

    /** Answers with 101 and lets the protocol have the connection; call it once the request was read. */
    static void open(HttpServerRequest request, Outcome.Accepted accepted) {
        request.response()
                .putHeader("Upgrade", "websocket")
                // Paho compares the line with this text.
                .putHeader("Connection", "Upgrade")
                .putHeader("Sec-WebSocket-Accept", accept(accepted.key()))
                .putHeader("Sec-WebSocket-Protocol", accepted.name());
        request.toNetSocket().onSuccess(socket -> {
            ChannelPipeline pipeline =
                    ((NetSocketInternal) socket).channelHandlerContext().pipeline();
            pipeline.remove(((NetSocketInternal) socket).channelHandlerContext().handler());
            WebSocketFrames.addTo(pipeline);
            accepted.protocol().takeOver().accept(pipeline);
        });
    }

    private record Choice(SubProtocol protocol, String spelling) {}

    /** The first that the client names and we speak. */
    private Optional<Choice> spoken(HttpServerRequest request) {
        return request.headers().getAll("Sec-WebSocket-Protocol").stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .flatMap(name -> subProtocols.stream()
                        .filter(protocol -> protocol.name().equalsIgnoreCase(name))
                        .map(protocol -> new Choice(protocol, name)))
                .findFirst();
    }

    private static boolean names(@Nullable String header, String option) {
        return header != null
                && Arrays.stream(header.split(",")).map(String::strip).anyMatch(option::equalsIgnoreCase);
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
