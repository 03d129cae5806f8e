package dev.muster.server.http;

/** One operation of an API: decodes the call, runs one use case, encodes its result. Runs on a virtual thread. */
@FunctionalInterface
interface Operation {
    /** @throws dev.muster.base.Refusal which is answered in the manner of the route's API */
    Answer answer(Call call);
}
