package dev.muster.server.link;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS calls that end in time and read no more than they should. Follows no redirects. Safe for any number of threads,
 * each of which waits for its answer.
 */
public final class Https {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final HttpClient client;
    private final Duration patience;

    /** @param patience for one call, from its start to the end of its answer */
    public Https(SSLContext context, Duration patience) {
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    record Reply(int status, byte[] body, HttpHeaders headers) {}

    /** There was no whole answer. The reason is for the owner and holds no secrets. */
    static class NoReply extends Exception {
        private final String reason;

        NoReply(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** There was an answer, of which no more was read than is wanted. */
    static final class TooLong extends NoReply {
        TooLong() {
            super("its answer is too long");
        }
    }

    /**
     * Sends what may be sent twice: a connection that was kept may have been closed by the other side meanwhile.
     *
     * @param limit in bytes, of the answer's body
     */
    Reply send(HttpRequest request, int limit) throws NoReply {
        try {
            return sendOnce(request, limit);
        } catch (ConnectionBroken _) {
            try {
                return sendOnce(request, limit);
            } catch (ConnectionBroken again) {
                throw new NoReply("the connection broke: " + again.getMessage());
            }
        }
    }

    private Reply sendOnce(HttpRequest request, int limit) throws NoReply, ConnectionBroken {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), limit));
        try {
            HttpResponse<byte[]> response = answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return new Reply(response.statusCode(), response.body(), response.headers());
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException _) {
            answer.cancel(true);
            throw new NoReply("it did not answer within " + patience.toSeconds() + " s");
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer");
        }
    }

    private static final class ConnectionBroken extends Exception {
        ConnectionBroken(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static NoReply failure(@Nullable Throwable cause) throws ConnectionBroken {
        return switch (cause) {
            case ConnectException e
            when e.getCause() instanceof UnresolvedAddressException -> new NoReply("its host name is not known");
            case ConnectException _ -> new NoReply("nobody listens there");
            case HttpTimeoutException _ -> new NoReply("there was no connection within " + CONNECT.toSeconds() + " s");
            case SSLException e -> new NoReply("TLS failed: " + e.getMessage());
            case IOException e when String.valueOf(e.getMessage()).contains("exceeds capacity") -> new TooLong();
            case IOException e -> throw new ConnectionBroken(e);
            case null, default -> throw new IllegalStateException("a call fails in no other way", cause);
        };
    }
}
