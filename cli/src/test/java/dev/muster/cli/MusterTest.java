package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MusterTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void help_ofEveryCommand_canBePrinted() {
        List<CommandLine> commands = new ArrayList<>(List.of(Muster.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }

        assertThat(commands)
                .hasSizeGreaterThan(20)
                .allSatisfy(
                        command -> assertThat(command.getUsageMessage()).contains("Usage: ", command.getCommandName()));
    }

    @Test
    void version_isPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("muster ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completion_isPrintedForEveryShell(String shell) {
        assertThat(run("completion", shell)).isZero();
        assertThat(out.toString()).contains("complete -F _complete_muster").contains("bashcompinit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --devices 0",
                "demo --devices many",
                "demo --transport pigeon",
                "groups create",
                "groups create g",
                "groups create g --ca a --certificate b",
                "groups create g --ca a --symmetric-key",
                "enrollments create e",
                "enrollments create e --symmetric-key --endorsement-key AA==",
                "keys derive device-1",
                "groups list --server https://localhost",
                "groups list --data x --server https://localhost --server-ca a --token-file b",
                "certificates add a.pem",
                "certificates add a.pem --name n --key k --verified",
                "registrations explain",
                "completion",
                "completion fish",
                "devices create d --certificate c --symmetric-key",
                "policies create p",
                "bench lookup --groups 0",
            })
    void wrongUsage_isExitCode2_andSaysWhatIsRight(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: muster");
    }

    /** The example of Azure's document on symmetric key attestation. */
    @Test
    void deviceKey_isDerivedFromTheGroupsInAFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("group.key");
        Files.writeString(
                file,
                "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==\nsecond\n");

        assertThat(run("keys", "derive", "--group-key-file", file.toString(), "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");

        Files.writeString(file, "no key");
        assertThat(run("keys", "derive", "--group-key-file", file.toString(), "device-1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("A symmetric key is base64 of 16 to 64 bytes.");
    }

    @Test
    void unknownCommand_isWrongUsage() {
        assertThat(run("serv")).isEqualTo(2);
        assertThat(err.toString()).contains("'serv'", "serve");
    }

    @Test
    void commandWithoutASubcommand_isWrongUsage() {
        assertThat(run("groups")).isEqualTo(2);
        assertThat(err.toString()).contains("create", "list", "delete");
    }

    @Test
    void missingServer_isExplained(@TempDir Path nowhere) {
        assertThat(run("groups", "list", "--data", nowhere.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("No server runs here", nowhere.toString(), "muster serve");
    }

    @Test
    void missingFile_isNamed(@TempDir Path nowhere) {
        String file = nowhere.resolve("gone.pem").toString();

        assertThat(run("groups", "create", "g", "--certificate", file, "--data", nowhere.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("muster: there is no file " + file);
    }

    @Test
    void stacktrace_isShownOnlyWhenAskedFor(@TempDir Path nowhere) {
        run("groups", "list", "--data", nowhere.toString());
        assertThat(err.toString()).doesNotContain("\tat dev.muster");

        run("groups", "list", "--stacktrace", "--data", nowhere.toString());
        assertThat(err.toString()).contains("\tat dev.muster");
    }

    private int run(String... arguments) {
        return Muster.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
