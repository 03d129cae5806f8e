package dev.muster.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.pki.KeyAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Pkcs12VaultTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void key_isFoundAsItWasMade(KeyAlgorithm algorithm) {
        KeyPair made = vault("secret").generate("plant-1", algorithm);

        KeyPair found = vault("secret").find("plant-1").orElseThrow();

        assertThat(found.getPublic()).isEqualTo(made.getPublic());
        assertThat(found.getPrivate().getEncoded()).isEqualTo(made.getPrivate().getEncoded());
    }

    @Test
    void file_isItsOwnersAlone() throws Exception {
        vault("secret").generate("plant-1", KeyAlgorithm.EC_P256);

        Path keys = directory.resolve("keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("plant-1.p12"))))
                .isEqualTo("rw-------");
    }

    @Test
    void key_thatIsGone_isNotFound() {
        Pkcs12Vault vault = vault("secret");
        vault.generate("plant-1", KeyAlgorithm.EC_P256);

        vault.delete("plant-1");

        assertThat(vault.find("plant-1")).isEmpty();
        vault.delete("plant-1");
    }

    @Test
    void wrongPassword_isExplained() {
        vault("secret").generate("plant-1", KeyAlgorithm.EC_P256);

        assertThatThrownBy(() -> vault("other").find("plant-1"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.explanation().orElseThrow().remedy())
                                .contains("password"));
    }

    private Pkcs12Vault vault(String password) {
        return new Pkcs12Vault(
                directory.resolve("keys"), password::toCharArray, InstantSource.system(), new SecureRandom());
    }
}
