package dev.muster.server.http.routing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One operation of an API: decodes the call, runs one use case, encodes its result. */
@FunctionalInterface
public interface Operation {
    /**
     * Runs on a virtual thread.
     *
     * @throws dev.muster.base.Refusal which is answered in the manner of the route's API
     */
    Answer answer(Call call);

    /**
     * As {@link #answer}, but runs on the event loop, and so does not wait. What needs no virtual thread saves the way
     * there and back.
     *
     * @param others run what has to wait
     * @throws dev.muster.base.Refusal as {@link #answer}; the result may fail with one, too
     */
    default CompletableFuture<Answer> start(Call call, Executor others) {
        return CompletableFuture.supplyAsync(() -> answer(call), others);
    }
}
