package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;

/** What tests of preconditions say often. */
final class Refusals {
    private Refusals() {}

    static Precondition matches(String etag) {
        return new Precondition.Matches(new Etag(etag));
    }

    static void assertRefused(Refusal.Reason reason, Runnable write) {
        assertThatThrownBy(write::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
