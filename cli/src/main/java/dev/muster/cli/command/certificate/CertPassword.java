package dev.muster.cli.command.certificate;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where a password comes from. Never from an argument, which every user of the machine could read. */
public final class CertPassword {
    @ArgGroup
    private Source source = new Source();

    /** One or the other. */
    static final class Source {
        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "The file whose first line is the password.")
        private Optional<Path> file = Optional.empty();

        @Option(
                names = "--password-variable",
                paramLabel = "NAME",
                description = "The environment variable that is the password. Without either it is asked for.")
        private Optional<String> variable = Optional.empty();
    }

    /**
     * @param purpose what it is for, as the user is asked
     * @throws Refusal INVALID_ARGUMENT when there is none
     */
    public char[] read(String purpose) throws IOException {
        if (source.file.isPresent()) {
            Path file = source.file.get();
            return Files.readAllLines(file).stream()
                    .findFirst()
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> missing(purpose, "the first line of " + file + " is empty"))
                    .toCharArray();
        }
        if (source.variable.isPresent()) {
            String name = source.variable.get();
            return Optional.ofNullable(System.getenv(name))
                    .filter(value -> !value.isEmpty())
                    .orElseThrow(() -> missing(purpose, "the environment variable " + name + " is not set"))
                    .toCharArray();
        }
        return ask(purpose);
    }

    /**
     * Asks on the terminal.
     *
     * @throws Refusal INVALID_ARGUMENT when there is no terminal, or no answer
     */
    private static char[] ask(String purpose) {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("Password for %s: ", purpose))
                .filter(password -> password.length > 0)
                .orElseThrow(() -> missing(purpose, "none was given, and there is no terminal to ask for one"));
    }

    private static Refusal missing(String purpose, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "A password is missing.",
                new Explanation(
                        purpose,
                        rule,
                        "run it in a terminal, or give --password-file or --password-variable where the command has"
                                + " them"));
    }
}
