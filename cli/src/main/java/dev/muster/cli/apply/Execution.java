package dev.muster.cli.apply;

import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * Carries a plan out. After a step that fails, those of its kind are still tried, since none of them needs another, and
 * nothing that comes after them. For one thread.
 */
public final class Execution {
    private static final int CONFLICT = 409;
    private static final int CHANGED = 412;

    private final List<Outcome> outcomes = new ArrayList<>();
    private Optional<Step> failed = Optional.empty();
    private boolean stopped;

    private Execution() {}

    /** What became of a step. */
    public enum Result {
        DONE,
        FAILED,
        NOT_TRIED
    }

    /** @param reason why it failed, empty otherwise */
    public record Outcome(Step step, Result result, String reason) {
        /** For scripts. */
        public Document document() {
            Document document = step.document()
                    .with(
                            "result",
                            switch (result) {
                                case DONE -> "done";
                                case FAILED -> "failed";
                                case NOT_TRIED -> "notTried";
                            });
            return reason.isEmpty() ? document : document.with("reason", reason);
        }
    }

    /**
     * @param progress told how much is done, from 0 to 1
     * @return of each step that changes something, in their order
     */
    public static List<Outcome> run(Plan plan, DoubleConsumer progress) throws InterruptedException {
        Execution execution = new Execution();
        List<Step> steps = plan.changes();
        for (Step step : steps) {
            execution.run(step);
            progress.accept((double) execution.outcomes.size() / steps.size());
        }
        return List.copyOf(execution.outcomes);
    }

    private void run(Step step) throws InterruptedException {
        stopped = stopped
                || failed.filter(other -> other.kind() != step.kind() || isDeletion(other) != isDeletion(step))
                        .isPresent();
        if (stopped) {
            outcomes.add(new Outcome(step, Result.NOT_TRIED, ""));
            return;
        }
        try {
            step.work().run();
            outcomes.add(new Outcome(step, Result.DONE, ""));
        } catch (RefusedByServer refused) {
            fail(step, reason(refused));
        } catch (Refusal refusal) {
            fail(step, Sources.reason(refusal));
        } catch (IOException e) {
            fail(step, "it may have been done or not: " + e.getMessage());
            // The others would wait as long for nothing.
            stopped = true;
        }
    }

    private static boolean isDeletion(Step step) {
        return step.action() == Step.Action.DELETE;
    }

    private void fail(Step step, String reason) {
        outcomes.add(new Outcome(step, Result.FAILED, reason));
        failed = Optional.of(step);
    }

    private static String reason(RefusedByServer refused) {
        String told = refused.getMessage()
                + refused.explanation()
                        .map(explanation -> ". To do: " + explanation.remedy())
                        .orElse("");
        return switch (refused.status()) {
            case CONFLICT -> "somebody else has made one meanwhile (" + told + ")";
            case CHANGED -> "somebody else has changed it meanwhile (" + told + ")";
            default -> told;
        };
    }
}
