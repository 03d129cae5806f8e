package dev.muster.registration;

import dev.muster.base.Explanation;
import dev.muster.base.NoWaiting;
import dev.muster.base.Refusal;
import dev.muster.enrollment.RegistrationId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides how many may come at a time. Most SDKs take a refusal for the end, so a request beyond the limit is kept
 * waiting first, and refused only if that would take longer than its client has patience. Safe for any number of
 * threads, each of which may be made to wait; in an attempt of {@link NoWaiting} nothing is taken then.
 */
public final class Throttle {
    /** The Node and Python SDKs wait 30 seconds for an answer to a registration, the others 60. */
    private static final Duration REGISTRATION_PATIENCE = Duration.ofSeconds(20);

    /** The Java SDK waits 10 seconds for an answer to a poll. */
    private static final Duration POLL_PATIENCE = Duration.ofSeconds(5);

    /** Who is forgotten begins anew, so all that were heard of within a minute or so should be remembered. */
    private static final int REMEMBERED_DEVICES = 20_000;

    private final Limits limits;
    private final InstantSource clock;
    private final Pause pause;
    private final Optional<TokenBucket> registrations;
    private final Map<String, TokenBucket> polls = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > REMEMBERED_DEVICES;
        }
    });

    /**
     * What is allowed; empty for as many as come.
     *
     * @param registrationsPerMinute requests of all devices together that make us look for an enrollment
     * @param pollsPerMinute requests of one device for the result of its registration
     */
    public record Limits(Optional<Integer> registrationsPerMinute, Optional<Integer> pollsPerMinute) {
        public static Limits none() {
            return new Limits(Optional.empty(), Optional.empty());
        }
    }

    /** How a thread waits. */
    @FunctionalInterface
    interface Pause {
        void last(Duration duration) throws InterruptedException;
    }

    public Throttle(Limits limits, InstantSource clock) {
        this(limits, clock, Thread::sleep);
    }

    Throttle(Limits limits, InstantSource clock, Pause pause) {
        this.limits = limits;
        this.clock = clock;
        this.pause = pause;
        this.registrations =
                limits.registrationsPerMinute().map(limit -> new TokenBucket(limit, REGISTRATION_PATIENCE));
    }

    /**
     * To be asked before an enrollment is looked for.
     *
     * @throws Refusal THROTTLED
     */
    public void admitRegistration() {
        if (registrations.isPresent()) {
            pass(
                    registrations.get(),
                    new Explanation(
                            "the provisioning service",
                            "devices ask for more than "
                                    + limits.registrationsPerMinute().orElseThrow() + " registrations a minute",
                            "raise provisioning.limits.registrations-per-minute, or let devices start one by one"));
        }
    }

    /**
     * @param id of a device that has proved to have registered, or strangers could use its share up
     * @throws Refusal THROTTLED
     */
    void admitPoll(RegistrationId id) {
        Optional<TokenBucket> bucket = pollsOf(id);
        if (bucket.isPresent()) {
            pass(
                    bucket.get(),
                    new Explanation(
                            "device '" + id + "'",
                            "it polls more than " + limits.pollsPerMinute().orElseThrow() + " times a minute",
                            "let it wait as Retry-After says, or raise provisioning.limits.polls-per-minute"));
        }
    }

    /** How many devices are remembered, of which there is a bound. */
    int remembered() {
        return polls.size();
    }

    private Optional<TokenBucket> pollsOf(RegistrationId id) {
        return limits.pollsPerMinute()
                .map(limit -> polls.computeIfAbsent(id.key(), _ -> new TokenBucket(limit, POLL_PATIENCE)));
    }

    private void pass(TokenBucket bucket, Explanation explanation) {
        if (bucket.takeAtOnce(clock.instant())) {
            return;
        }
        NoWaiting.end();
        Optional<Duration> wait = bucket.take(clock.instant());
        try {
            if (wait.isPresent()) {
                if (wait.get().isPositive()) {
                    pause.last(wait.get());
                }
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Refusal(Refusal.Reason.THROTTLED, "Too many requests. Please try again later.", explanation);
    }
}
