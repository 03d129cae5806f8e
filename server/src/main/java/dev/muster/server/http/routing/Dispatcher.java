package dev.muster.server.http.routing;

import dev.muster.base.Refusal;
import dev.muster.server.http.routing.Routes.Match;
import dev.muster.server.http.routing.Routes.Route;
import dev.muster.server.wire.ErrorCode;
import io.netty.util.AsciiString;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request from its head to its answer: routes and reads it on the event loop, hands it over once, and writes
 * what came of it.
 */
public final class Dispatcher {
    private static final CharSequence STRICT_TRANSPORT_SECURITY = AsciiString.cached("Strict-Transport-Security");
    private static final CharSequence ONE_YEAR = AsciiString.cached("max-age=31536000; includeSubDomains");

    /** How long a client whose body was refused may go on sending it: closing at once would lose the answer. */
    private static final long LINGER_MILLISECONDS = 1000;

    private static final int FIRST_ERROR = 400;

    private final Vertx vertx;
    private final Site site;
    private final WebSocketUpgrade webSockets;
    private final Refusals refusals;
    private final Connections connections;
    private final Executor virtualThreads;

    /**
     * What is served.
     *
     * @param elsewhere said of every other path
     */
    public record Site(Routes routes, String elsewhere) {}

    public Dispatcher(
            Vertx vertx,
            Site site,
            WebSocketUpgrade webSockets,
            Refusals refusals,
            Connections connections,
            Executor virtualThreads) {
        this.vertx = vertx;
        this.site = site;
        this.webSockets = webSockets;
        this.refusals = refusals;
        this.connections = connections;
        this.virtualThreads = virtualThreads;
    }

    public void handle(HttpServerRequest request) {
        Connections.Connection connection = connections.of(request.connection());
        Target target;
        try {
            target = Target.parse(text(request.path()), text(request.query()));
        } catch (Refusal refusal) {
            refuseUnread(request, connection, refusals.refused(refusal, ErrorStyle.PROVISIONING, title(request)));
            return;
        }
        if (webSockets.isWanted(request)) {
            upgrade(request, connection, target);
            return;
        }
        switch (site.routes().match(method(request), target.segments())) {
            case Match.Found found -> read(request, connection, target, found);
            case Match.NoSuchMethod no -> {
                Answer answer = refusals.refused(
                        ErrorCode.METHOD_NOT_ALLOWED, "Method not allowed.", ErrorStyle.PROVISIONING, title(request));
                refuseUnread(request, connection, answer.with("Allow", String.join(", ", no.allowed())));
            }
            case Match.NoSuchPath() -> {
                Answer answer = refusals.refused(
                        ErrorCode.NOT_FOUND, site.elsewhere(), ErrorStyle.PROVISIONING, title(request));
                refuseUnread(request, connection, answer);
            }
        }
    }

    private void upgrade(HttpServerRequest request, Connections.Connection connection, Target target) {
        switch (webSockets.judge(request, target)) {
            case WebSocketUpgrade.Outcome.Accepted accepted ->
                request.endHandler(_ -> {
                    connections.handOver(request.connection());
                    WebSocketUpgrade.open(request, accepted);
                });
            case WebSocketUpgrade.Outcome.Refused(ErrorCode code, String message) -> {
                Answer answer = refusals.refused(code, message, ErrorStyle.PROVISIONING, title(request));
                refuseUnread(request, connection, answer.with("Sec-WebSocket-Version", WebSocketUpgrade.VERSION));
            }
        }
    }

    private void read(HttpServerRequest request, Connections.Connection connection, Target target, Match.Found found) {
        Route route = found.route();
        if (announcedLength(request) > route.maxBodyBytes()) {
            refuseUnread(request, connection, tooLarge(request, route));
            return;
        }
        if (request.headers().contains("Expect")) {
            request.response().writeContinue();
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= route.maxBodyBytes()) {
                body.appendBuffer(chunk);
                if (body.length() > route.maxBodyBytes()) {
                    refuseUnread(request, connection, tooLarge(request, route));
                }
            }
        });
        request.endHandler(_ -> {
            if (body.length() <= route.maxBodyBytes()) {
                connection.requestRead();
                Call call = new Call(
                        method(request),
                        request.query() == null ? request.path() : request.path() + "?" + request.query(),
                        target,
                        found.captured(),
                        request.headers(),
                        body.getBytes(),
                        connection);
                perform(call, route, request);
            }
        });
    }

    private void perform(Call call, Route route, HttpServerRequest request) {
        CompletableFuture<Answer> started;
        try {
            started = route.operation().start(call, virtualThreads);
        } catch (RejectedExecutionException e) {
            // The server is shutting down.
            call.connection().close();
            return;
        } catch (RuntimeException | Error e) {
            started = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Answer> answered = started.exceptionally(failure -> instead(failure, route, request));
        if (answered.isDone()) {
            write(request, call, route, answered.join());
            return;
        }
        Context eventLoop = vertx.getOrCreateContext();
        var _ = answered.thenAccept(answer -> eventLoop.runOnContext(_ -> write(request, call, route, answer)));
    }

    private static void write(HttpServerRequest request, Call call, Route route, Answer answer) {
        if (answer.status() < FIRST_ERROR && !route.open()) {
            call.connection().proved();
        }
        write(request.response(), call.connection(), answer);
    }

    private Answer instead(Throwable failure, Route route, HttpServerRequest request) {
        Throwable reason =
                failure instanceof CompletionException later && later.getCause() != null ? later.getCause() : failure;
        return reason instanceof Refusal refusal
                ? refusals.refused(refusal, route.errors(), title(request))
                : refusals.failed(reason, route.errors(), title(request));
    }

    private static void write(HttpServerResponse response, Connections.Connection connection, Answer answer) {
        connection.answered();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        // RFC 6797 section 7.2: never without TLS.
        if (connection.isSecure()) {
            response.putHeader(STRICT_TRANSPORT_SECURITY, ONE_YEAR);
        }
        for (Answer.Header header : answer.headers()) {
            response.putHeader(header.name(), header.value());
        }
        response.end(Buffer.buffer(answer.body()));
    }

    /** Answers before the request has come in wholly; whatever is left of it is thrown away, for a moment. */
    private void refuseUnread(HttpServerRequest request, Connections.Connection connection, Answer answer) {
        request.handler(_ -> {});
        if (request.isEnded() || announcedLength(request) == 0) {
            write(request.response(), connection, answer);
            return;
        }
        write(request.response(), connection, answer.with("Connection", "close"));
        long timer = vertx.setTimer(LINGER_MILLISECONDS, _ -> connection.close());
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            connection.close();
        });
    }

    private Answer tooLarge(HttpServerRequest request, Route route) {
        return refusals.refused(
                ErrorCode.TOO_LARGE,
                "The body is larger than " + route.maxBodyBytes() + " bytes.",
                route.errors(),
                title(request));
    }

    /** The Java service SDK's HTTP library knows no PATCH, and sends a POST that says so. */
    private static String method(HttpServerRequest request) {
        boolean patch = request.method().equals(HttpMethod.POST)
                && "PATCH".equalsIgnoreCase(request.getHeader("X-HTTP-Method-Override"));
        return patch ? "PATCH" : request.method().name();
    }

    /** What the client says its body will be; of a chunked one nothing is known. */
    private static long announcedLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return request.getHeader("Transfer-Encoding") == null ? 0 : 1;
        }
        try {
            return Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Names the request in the log, escaped as it came. */
    private static String title(HttpServerRequest request) {
        return request.connection().remoteAddress().hostAddress() + " "
                + request.method().name().toUpperCase(Locale.ROOT) + " " + request.path();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
