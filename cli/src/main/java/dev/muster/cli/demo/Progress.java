package dev.muster.cli.demo;

import java.io.PrintWriter;

/**
 * How many of many are done: a bar on a terminal, a line for every quarter elsewhere, nothing for a handful. Safe for
 * any number of threads.
 */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 40;
    private static final int QUARTERS = 4;
    private static final int HANDFUL = 10;

    private final PrintWriter out;
    private final boolean terminal;
    private final int total;
    private int done;

    Progress(PrintWriter out, boolean terminal, int total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
    }

    /** One more is done. */
    synchronized void advance() {
        done++;
        if (total <= HANDFUL) {
            return;
        }
        if (terminal) {
            int filled = (int) ((long) WIDTH * done / total);
            out.print("\r   [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + " of " + total);
            out.flush();
        } else if ((long) done * QUARTERS / total > (long) (done - 1) * QUARTERS / total) {
            out.println("   " + done + " of " + total);
            out.flush();
        }
    }

    /** Ends the line that the bar is on. */
    @Override
    public synchronized void close() {
        if (terminal && total > HANDFUL && done > 0) {
            out.println();
            out.flush();
        }
    }
}
