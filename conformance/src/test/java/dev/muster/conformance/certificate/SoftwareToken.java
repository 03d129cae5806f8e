package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A PKCS#11 token of SoftHSM, from Debian, for one server process. Immutable.
 *
 * @param pinFile with the right PIN
 */
record SoftwareToken(Path directory, Path pinFile) {
    static final String LABEL = "muster";
    static final String PIN = "83619274";

    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/softhsm/libsofthsm2.so"), Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"));

    /** Makes a token below the directory. */
    static SoftwareToken make(Path directory) throws IOException, InterruptedException {
        SoftwareToken token = new SoftwareToken(directory, Files.writeString(directory.resolve("pin"), PIN + "\n"));
        Files.createDirectory(token.objects());
        Files.writeString(
                token.configuration(),
                "directories.tokendir = " + token.objects() + "\nobjectstore.backend = file\nlog.level = ERROR\n");
        token.run("softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "12345678");
        return token;
    }

    static Path library() {
        return LIBRARIES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("SoftHSM is not installed: " + LIBRARIES));
    }

    /** A driver of the same token that finds it locked, as long as {@link #lock} is there. */
    Path lockable() throws IOException, InterruptedException {
        Path driver = directory.resolve("lockable.so");
        run(
                "cc",
                "-shared",
                "-fPIC",
                "-DSOFTHSM=\"" + library() + "\"",
                "-o",
                driver.toString(),
                Path.of("src/test/c/lockable.c").toAbsolutePath().toString(),
                "-Wl,--no-as-needed,-rpath," + library().getParent(),
                library().toString());
        return driver;
    }

    Path lock() {
        return directory.resolve("lock");
    }

    /** Where SoftHSM keeps everything; without it there is no token. */
    Path objects() {
        return directory.resolve("tokens");
    }

    private Path configuration() {
        return directory.resolve("softhsm2.conf");
    }

    /** What stands before the program that is to find the token. */
    List<String> before() {
        return List.of("env", "SOFTHSM2_CONF=" + configuration(), "LOCK=" + lock());
    }

    /** An entry of the server's list of tokens. */
    String entry(String name, String label, Path pin) {
        return entry(name, library(), label, pin);
    }

    String entry(String name, Path driver, String label, Path pin) {
        return """
                    - name: %s
                      library: %s
                      label: %s
                      pin-file: %s
                """.formatted(name, driver, label, pin);
    }

    /** What OpenSC says of the private keys in the token. */
    String privateKeys() throws IOException, InterruptedException {
        return run(
                "pkcs11-tool",
                "--module",
                library().toString(),
                "--token-label",
                LABEL,
                "--login",
                "--pin",
                PIN,
                "--list-objects",
                "--type",
                "privkey");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Program.Result result = Program.run(
                directory,
                Map.of("SOFTHSM2_CONF", configuration().toString()),
                Stream.of(command).toList());
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }
}
