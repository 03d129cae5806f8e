package dev.muster.cli.command.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that revoke, against a real server. */
final class RevocationCommandsIT {
    @TempDir
    private static Path directory;

    private static Server server;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        server = Server.start(
                Config.defaults(directory.resolve("data")).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void certificate_isRevokedByItsFileOrItsThumbprint_andListedWithTheReason() throws IOException {
        Certificate one = certificate("one");
        Certificate two = certificate("two");
        Path file = Files.writeString(directory.resolve("one.pem"), Pem.write(one));

        assertThat(owner("certificates", "revoke", file.toString(), "--reason", "KEYcompromise", "--note", "stolen"))
                .startsWith("Revoked CN=one, SHA-256 " + one.thumbprint())
                .contains("(keyCompromise)");
        assertThat(owner("certificates", "revoke", two.thumbprint().hex(), "--reason", "certificateHold"))
                .startsWith("Revoked the certificate, SHA-256 " + two.thumbprint());
        assertThat(owner("certificates", "revoked"))
                .containsSubsequence("SUBJECT", two.thumbprint().hex(), "CN=one", "keyCompromise", "stolen");

        assertThat(owner("certificates", "release", two.thumbprint().hex())).startsWith("Took back");
        assertThat(owner("certificates", "revoked")).contains("certificateHold, until");
        assertThat(refused("certificates", "release", one.thumbprint().hex())).contains("for good");
    }

    @Test
    void authority_isRevokedByItsName() {
        owner("authorities", "create", "plant", "--root", "--common-name", "plant");

        assertThat(owner("authorities", "revoke", "plant", "--generation", "1", "--reason", "superseded"))
                .startsWith("Revoked CN=plant, SHA-256 ");
        assertThat(refused("authorities", "revoke", "plant", "--generation", "7"))
                .contains("no generation 7");
    }

    @Test
    void whatCannotBeRevoked_isSaidSo() {
        assertThat(refused("certificates", "revoke", "no-such-file")).contains("64 hexadecimal digits");
        assertThat(refused("certificates", "revoke", "--device", "nobody")).contains("No certificate of the device");
        assertThat(refused("certificates", "revoke", "--device", "nobody", "--reason", "boredom"))
                .contains("RFC 5280 knows no such reason");
    }

    private static Certificate certificate(String name) {
        SecureRandom random = new SecureRandom();
        KeyPair keys = KeyAlgorithm.EC_P256.generate(random);
        return Issuer.selfSigned(name, keys, InstantSource.system(), random)
                .issue(Issuer.Request.of(CertificateProfile.device(), name, keys.getPublic()));
    }

    private String owner(String... arguments) {
        assertThat(run(arguments)).as(err.toString()).isZero();
        return out.toString();
    }

    private String refused(String... arguments) {
        assertThat(run(arguments)).as(out.toString()).isNotZero();
        return err.toString();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Muster.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--data", directory.resolve("data").toString()))
                        .toArray(String[]::new));
    }
}
