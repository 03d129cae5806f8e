package dev.muster.server.http.routing;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
     * As {@link #answer}, but may return before the answer is there, and so saves the virtual thread from waiting.
     *
     * @throws dev.muster.base.Refusal as {@link #answer}; the result may fail with one, too
     */
    default CompletableFuture<Answer> start(Call call) {
        return CompletableFuture.completedFuture(answer(call));
    }

    /**
     * Runs on the event loop before all else, and saves the way to a virtual thread and back if it has the answer.
     *
     * @throws dev.muster.base.Refusal as {@link #answer}
     */
    default Optional<Answer> answerWithoutBlocking(Call call) {
        return Optional.empty();
    }
}
