package dev.muster.cli.command;

import java.io.PrintWriter;

/** How much of something is done, on a terminal; nothing elsewhere. For one thread. */
public final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 40;
    private static final int PERCENT = 100;

    private final PrintWriter out;
    private final boolean terminal;
    private int shown = -1;

    public ProgressBar(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** @param done from 0 to 1 */
    public void show(double done) {
        int percent = (int) (Math.clamp(done, 0, 1) * PERCENT);
        if (terminal && percent != shown) {
            shown = percent;
            int filled = WIDTH * percent / PERCENT;
            out.print("\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + percent + " %");
            out.flush();
        }
    }

    /** Ends the line that the bar is on. */
    @Override
    public void close() {
        if (shown >= 0) {
            out.println();
            out.flush();
        }
    }
}
