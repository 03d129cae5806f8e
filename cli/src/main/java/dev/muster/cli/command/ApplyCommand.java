package dev.muster.cli.command;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.apply.Execution;
import dev.muster.cli.apply.Execution.Outcome;
import dev.muster.cli.apply.Execution.Result;
import dev.muster.cli.apply.Plan;
import dev.muster.cli.apply.Planner;
import dev.muster.cli.apply.Setup;
import dev.muster.cli.apply.SetupFile;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster apply}. */
@Command(
        name = "apply",
        description = {
            "Make a server as a file declares it: CA certificates, hubs, shared access policies, enrollments, devices.",
            "It shows what would change and asks before it changes anything. What is as it should be stays untouched, so"
                    + " it can be repeated; what the file does not say stays as it is.",
            "What cannot be seen cannot be compared: the key in a linked hub's connection string, and the query of a"
                    + " webhook's URL. If nothing else changes, use 'muster hubs link' and 'muster enrollments import'.",
            "Exit code 0 when the server is as declared, 1 when it is not and could not be made so, 2 with --dry-run"
                    + " when something would change."
        })
public final class ApplyCommand implements Callable<Integer> {
    private static final int DIFFERS = 2;
    private static final int FAILED = 1;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "The setup, in YAML. Paths in it are relative to it.")
    private Path file = Path.of("");

    @Option(names = "--dry-run", description = "Show what would change, and change nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--prune",
            description = "Delete what the file does not declare, in the sections that it has; never a server's own"
                    + " hubs, their policies, or devices, most of which come by registering.")
    private boolean prune;

    @Option(names = "--json", description = "Print JSON: an object a line for each thing, with what was done if any.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Setup setup = SetupFile.read(file, System.getenv());
        PrintWriter out = command.commandLine().getOut();
        try (OwnerClient client = server.connect()) {
            Plan plan;
            try (ProgressBar bar = bar()) {
                plan = new Planner(prune, bar::show).plan(setup, client);
            }
            if (!json) {
                plan.print(out);
            }
            if (plan.isDone() || dryRun) {
                printJson(plan, out);
                return plan.isDone() ? 0 : DIFFERS;
            }
            if (!isConfirmed()) {
                printJson(plan, out);
                command.commandLine().getErr().println("Nothing was changed.");
                return FAILED;
            }
            List<Outcome> outcomes;
            try (ProgressBar bar = bar()) {
                outcomes = Execution.run(plan, bar::show);
            }
            report(outcomes, out);
            return outcomes.stream().allMatch(outcome -> outcome.result() == Result.DONE) ? 0 : FAILED;
        }
    }

    private void printJson(Plan plan, PrintWriter out) {
        if (json) {
            plan.steps().forEach(step -> out.println(step.document()));
            out.flush();
        }
    }

    /** @throws Refusal when there is nobody to ask */
    private boolean isConfirmed() {
        if (yes) {
            return true;
        }
        Console console = terminal()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "Nothing was changed: nobody has said yes.",
                        new Explanation(
                                file.toString(),
                                "there is no terminal to ask on",
                                "say --yes to change the server, or --dry-run to see what would change")));
        String answer = console.readLine("Apply these changes? [y/N] ");
        return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    private void report(List<Outcome> outcomes, PrintWriter out) {
        if (json) {
            outcomes.forEach(outcome -> out.println(outcome.document()));
            out.flush();
            return;
        }
        long done = outcomes.stream()
                .filter(outcome -> outcome.result() == Result.DONE)
                .count();
        if (done == outcomes.size()) {
            out.println("Done: " + done + " of " + outcomes.size() + ".");
            out.flush();
            return;
        }
        outcomes.forEach(outcome -> out.println(
                switch (outcome.result()) {
                    case DONE -> "done       " + outcome.step().title();
                    case FAILED -> "FAILED     " + outcome.step().title() + ": " + outcome.reason();
                    case NOT_TRIED -> "not tried  " + outcome.step().title();
                }));
        out.println("Done: " + done + " of " + outcomes.size()
                + ". What was done stays. When the reason is mended, apply the file again: it does what is left.");
        out.flush();
    }

    private ProgressBar bar() {
        return new ProgressBar(
                command.commandLine().getErr(), !json && terminal().isPresent());
    }

    private static Optional<Console> terminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
