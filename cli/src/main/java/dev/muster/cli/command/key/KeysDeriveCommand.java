package dev.muster.cli.command.key;

import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster keys derive}: needs no server, so that a factory can do it, too. */
@Command(
        name = "derive",
        description = {
            "Print the key of one device of a group.",
            "It is made of the group's key and of the registration id, exactly as the device will spell it."
        })
final class KeysDeriveCommand implements Callable<Integer> {
    @Parameters(paramLabel = "REGISTRATION_ID", description = "Of the device.")
    private String registrationId = "";

    @Option(
            names = "--group-key-file",
            paramLabel = "FILE",
            required = true,
            description = "File with a key of the group in its first line, such as 'muster keys group ID' prints.")
    private Path groupKeyFile = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @throws Refusal INVALID_ARGUMENT when the file holds no key */
    @Override
    public Integer call() throws IOException {
        String firstLine = Files.readString(groupKeyFile).lines().findFirst().orElse("");
        SymmetricKey key = new SymmetricKey(firstLine.strip()).derive(registrationId);
        spec.commandLine().getOut().println(key.base64());
        return 0;
    }
}
