package dev.muster.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreconditionTest {
    private static final Optional<Etag> NOTHING = Optional.empty();
    private static final Optional<Etag> STORED = Optional.of(new Etag("one"));

    @Test
    void always_holds() {
        assertHolds(new Precondition.Always(), NOTHING);
        assertHolds(new Precondition.Always(), STORED);
    }

    @Test
    void absent_holdsForNothing() {
        assertHolds(new Precondition.Absent(), NOTHING);
        assertRefused(new Precondition.Absent(), STORED, Reason.ALREADY_EXISTS);
    }

    @Test
    void present_holdsForAnything() {
        assertHolds(new Precondition.Present(), STORED);
        assertRefused(new Precondition.Present(), NOTHING, Reason.PRECONDITION_FAILED);
    }

    @Test
    void matches_holdsForTheSameMark() {
        assertHolds(new Precondition.Matches(new Etag("\"one\"")), STORED);
        assertRefused(new Precondition.Matches(new Etag("two")), STORED, Reason.PRECONDITION_FAILED);
        assertRefused(new Precondition.Matches(new Etag("one")), NOTHING, Reason.PRECONDITION_FAILED);
    }

    private static void assertHolds(Precondition precondition, Optional<Etag> stored) {
        assertThatCode(() -> precondition.check("the thing", stored)).doesNotThrowAnyException();
    }

    private static void assertRefused(Precondition precondition, Optional<Etag> stored, Reason reason) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> precondition.check("the thing", stored));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.text()).startsWith("the thing ");
    }
}
