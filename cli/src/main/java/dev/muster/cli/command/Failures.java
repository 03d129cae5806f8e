package dev.muster.cli.command;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.client.RefusedByServer;
import dev.muster.cli.client.Unreachable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;

/** What a user reads when a command did not do what it was asked to. */
public final class Failures {
    private static final int REFUSED_OR_FAILED = 1;

    private Failures() {}

    /** Prints a failure and returns the exit code that goes with it. */
    public static int report(Exception failure, PrintWriter err, boolean stacktrace) {
        switch (failure) {
            case Refusal refusal -> {
                err.println("muster: " + refusal.text());
                refusal.explanation().ifPresent(explanation -> print(explanation, err));
            }
            case Unreachable unreachable -> {
                err.println("muster: " + unreachable.getMessage());
                print(unreachable.explanation(), err);
            }
            case RefusedByServer refused -> {
                err.println("muster: the server refused: " + refused.getMessage());
                refused.explanation().ifPresent(explanation -> print(explanation, err));
                refused.trackingId().ifPresent(id -> err.println("  tracking id " + id));
            }
            case NoSuchFileException missing -> err.println("muster: there is no file " + missing.getMessage());
            case InterruptedException _ -> err.println("muster: interrupted");
            case IOException io -> err.println("muster: " + text(io) + hint(stacktrace));
            default -> err.println("muster: unexpected " + failure + hint(stacktrace));
        }
        if (stacktrace) {
            failure.printStackTrace(err);
        }
        err.flush();
        return REFUSED_OR_FAILED;
    }

    private static void print(Explanation explanation, PrintWriter err) {
        err.println("  " + explanation.subject() + ": " + explanation.rule());
        err.println("  To do: " + explanation.remedy());
    }

    private static String text(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    private static String hint(boolean stacktrace) {
        return stacktrace ? "" : " (--stacktrace says more)";
    }
}
