package dev.muster.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NoWaitingTest {
    @Test
    void workThatNeedNotWait_isDone() {
        assertThat(NoWaiting.attempt(() -> "done")).contains("done");
    }

    @Test
    void workThatWouldWait_goesNoFurther() {
        List<String> steps = new ArrayList<>();

        assertThat(NoWaiting.attempt(() -> {
                    steps.add("before");
                    NoWaiting.end();
                    steps.add("after");
                    return "done";
                }))
                .isEmpty();
        assertThat(steps).containsExactly("before");
    }

    @Test
    void whoMayWait_goesOn() {
        assertThatCode(NoWaiting::end).doesNotThrowAnyException();
        assertThat(NoWaiting.attempt(() -> "done")).isPresent();
        assertThatCode(NoWaiting::end).doesNotThrowAnyException();
    }

    @Test
    void failureOfTheWork_isItsCallers() {
        assertThatThrownBy(() -> NoWaiting.attempt(() -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
    }
}
