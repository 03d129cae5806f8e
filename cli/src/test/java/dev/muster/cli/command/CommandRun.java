package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What became of a command. */
public record CommandRun(int code, String out, String err) {
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Muster.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /** Asserts that it did what it should, and returns what it printed. */
    public String done() {
        assertThat(code).as(err + out).isZero();
        return out;
    }

    /** Asserts that it ended like this, and returns what it said of it. */
    public String refused(int expected) {
        assertThat(code).as(err + out).isEqualTo(expected);
        return err;
    }
}
