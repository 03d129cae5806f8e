package dev.muster.cli.command;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a password comes from. Never from an argument, which every user of the machine could read. */
final class CertPassword {
    @Option(
            names = "--pkcs12",
            description = "Also write certificate, issuers and key as one PKCS#12 file (.p12) with a password.")
    private boolean pkcs12;

    @ArgGroup
    private Source source = new Source();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

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

    boolean isPkcs12() {
        return pkcs12;
    }

    /** @param purpose what it is for, as the user is asked */
    char[] read(String purpose) throws IOException {
        if (source.file.isPresent()) {
            return Files.readAllLines(source.file.get()).stream()
                    .findFirst()
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> wrong("the first line of " + source.file.get() + " is empty"))
                    .toCharArray();
        }
        if (source.variable.isPresent()) {
            String name = source.variable.get();
            return Optional.ofNullable(System.getenv(name))
                    .filter(value -> !value.isEmpty())
                    .orElseThrow(() -> wrong("the environment variable " + name + " is not set"))
                    .toCharArray();
        }
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("Password for %s: ", purpose))
                .filter(password -> password.length > 0)
                .orElseThrow(() ->
                        wrong("a password is needed for " + purpose + ": give --password-file or --password-variable"));
    }

    private ParameterException wrong(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
