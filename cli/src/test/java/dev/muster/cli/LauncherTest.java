package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a house of cards: a built jar, and a java and a mvn that only say how they were called. */
final class LauncherTest {
    @TempDir
    private Path root;

    private Path home;

    @BeforeEach
    void build() throws IOException {
        home = Files.createDirectories(root.resolve("the house"));
        Files.copy(Path.of("..", "muster"), home.resolve("muster"));
        for (String module : List.of("core", "server", "cli")) {
            Files.createDirectories(home.resolve(module + "/src/main"));
        }
        Files.createDirectories(home.resolve("cli/target/lib"));
        script(root.resolve("jdk/bin/java"), """
                if [[ $1 == -version ]]; then echo 'openjdk version "25.0.1" 2025-10-21' >&2; exit; fi
                echo "java runs"
                while [[ $1 != -jar ]]; do shift; done
                shift 2
                printf '<%s>\\n' "$@"
                exit 7""");
        script(root.resolve("tools/mvn"), "echo '[ERROR] no Maven in this test'; exit 1");
        Files.createFile(home.resolve("cli/target/muster.jar"));
    }

    @Test
    void argumentsAndExitCode_passThroughAsTheyAre() throws Exception {
        Run run = launch(home.resolve("muster"), "events", "--device", "a b", "*", "", "$HOME");

        assertThat(run.output())
                .containsExactly("java runs", "<events>", "<--device>", "<a b>", "<*>", "<>", "<$HOME>");
        assertThat(run.exitCode()).isEqualTo(7);
    }

    @Test
    void symbolicLinks_leadToTheHouse() throws Exception {
        Path bin = Files.createDirectories(root.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("first"), Path.of("../the house/muster"));
        Files.createSymbolicLink(bin.resolve("second"), bin.resolve("first"));

        assertThat(launch(bin.resolve("second"), "help").output()).containsExactly("java runs", "<help>");
    }

    @Test
    void newerSource_isBuilt_andAFailureShown() throws Exception {
        Path source = Files.createFile(home.resolve("core/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 60_000));

        Run run = launch(home.resolve("muster"), "help");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .anyMatch(line -> line.contains("building"))
                .contains("[ERROR] no Maven in this test")
                .anyMatch(line -> line.contains("build.log"));
    }

    private record Run(List<String> output, int exitCode) {}

    private Run launch(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(root.toFile());
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment().merge("PATH", root.resolve("tools").toString(), (path, tools) -> tools + ":" + path);
        Process process = builder.start();
        List<String> output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Run(output, process.exitValue());
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
