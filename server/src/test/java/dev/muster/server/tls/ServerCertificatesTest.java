package dev.muster.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.server.tls.ReloadingTls.KeyAndChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerCertificatesTest {
    private static final List<String> NAMES = List.of("localhost", "::1", "127.0.0.1", "Muster.example");

    @TempDir
    private Path directory;

    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Test
    void certificate_isSignedByTheAuthorityForAllNames() throws Exception {
        X509Certificate leaf = certificates(NAMES).current().chain().getFirst();

        leaf.verify(dev.muster.pki.Pem.certificates(Files.readAllBytes(directory.resolve("ca.pem")))
                .getFirst()
                .x509()
                .getPublicKey());
        assertThat(leaf.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "muster.example");
    }

    @Test
    void keys_belongToTheirOwnerAlone() throws IOException {
        certificates(NAMES).current();

        for (String file : List.of("ca.key", "server.key")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void certificate_staysAsLongAsItIsGood() {
        KeyAndChain first = certificates(NAMES).current();
        now = now.plus(Duration.ofDays(200));

        assertThat(certificates(NAMES).current().chain()).isEqualTo(first.chain());
    }

    @Test
    void certificate_isRenewedLongBeforeItExpires() throws IOException {
        KeyAndChain first = certificates(NAMES).current();
        byte[] authority = Files.readAllBytes(directory.resolve("ca.pem"));
        now = now.plus(Duration.ofDays(250));

        KeyAndChain second = certificates(NAMES).current();

        assertThat(second.chain()).isNotEqualTo(first.chain());
        assertThat(second.chain().getFirst().getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(365)));
        assertThat(directory.resolve("ca.pem")).hasBinaryContent(authority);
    }

    @Test
    void certificate_isRenewedForOtherNames() {
        KeyAndChain first = certificates(NAMES).current();

        assertThat(certificates(List.of("other.example")).current().chain()).isNotEqualTo(first.chain());
    }

    @Test
    void reload_usesTheRenewedCertificateAndNoOther() {
        ServerCertificates certificates = certificates(NAMES);
        ReloadingTls tls = new ReloadingTls(certificates::current, new Newcomers(1));
        var before = tls.context();

        assertThat(tls.reload()).isFalse();
        assertThat(tls.context()).isSameAs(before);

        now = now.plus(Duration.ofDays(250));
        assertThat(tls.reload()).isTrue();
        assertThat(tls.context()).isNotSameAs(before);
    }

    @Test
    void operatorsFiles_areUsedAsTheyAre() {
        KeyAndChain made = certificates(NAMES).current();

        KeyAndChain owned =
                ServerCertificates.ownedByOperator(directory.resolve("server.pem"), directory.resolve("server.key"));

        assertThat(owned.chain()).isEqualTo(made.chain());
        assertThat(owned.key()).isEqualTo(made.key());
    }

    @Test
    void operatorsFiles_thatCannotBeReadAreRefused() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        assertThatThrownBy(() -> ServerCertificates.ownedByOperator(empty, empty))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> ServerCertificates.ownedByOperator(directory.resolve("missing"), empty))
                .isInstanceOf(Refusal.class);
    }

    private ServerCertificates certificates(List<String> names) {
        return new ServerCertificates(directory, names, () -> now, new SecureRandom());
    }
}
