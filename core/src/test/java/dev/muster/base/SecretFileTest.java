package dev.muster.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretFileTest {
    @TempDir
    private Path directory;

    @Test
    void file_belongsToItsOwnerAlone() throws IOException {
        Path file = directory.resolve("below/token");

        SecretFile.write(file, "secret".getBytes(UTF_8));

        assertThat(file).hasContent("secret");
        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(permissions(directory.resolve("below"))).isEqualTo("rwx------");
    }

    @Test
    void file_isReplacedWithoutLeftovers() throws IOException {
        Path file = directory.resolve("token");
        Files.writeString(file, "readable by all");

        SecretFile.write(file, "secret".getBytes(UTF_8));

        assertThat(permissions(file)).isEqualTo("rw-------");
        assertThat(directory.toFile().list()).containsExactly("token");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
