package dev.muster.server.http;

import java.util.Optional;

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
     * Runs on the event loop before all else, and saves the way to a virtual thread and back if it has the answer.
     *
     * @throws dev.muster.base.Refusal as {@link #answer}
     */
    default Optional<Answer> answerWithoutBlocking(Call call) {
        return Optional.empty();
    }
}
