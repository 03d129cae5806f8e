package dev.muster.cli.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster completion}: lets a shell complete this command. */
@Command(
        name = "completion",
        description = "Print what lets a shell complete commands and options, for example:"
                + " source <(muster completion bash)")
public final class CompletionCommand implements Runnable {
    /** The shells that take it: zsh through its bashcompinit, which the text switches on by itself. */
    private enum Shell {
        BASH,
        ZSH
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    @SuppressWarnings("UnusedVariable") // one text serves both: it looks for itself where it runs
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash("muster", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
