package dev.muster.cli.command.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands for certificate authorities, against a real server. */
final class AuthorityCommandsIT {
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
    void create_withoutMore_makesARootAndAnIssuingAuthority() {
        assertThat(owner("create", "plant"))
                .contains("Created root 'plant-root': CN=plant-root, issued by CN=plant-root, ec-p384")
                .contains("Created certificate authority 'plant': CN=plant, issued by CN=plant-root, ec-p256");

        assertThat(owner("list")).containsSubsequence("NAME", "plant", "CN=plant-root", "ec-p256", "files", "0");
        assertThat(owner("show", "plant"))
                .contains("P30D to any device")
                .contains("issuing")
                .contains("CN=plant <- CN=plant-root");
        List<Certificate> chain = Pem.certificates(owner("export", "plant", "--chain"));
        assertThat(chain).extracting(Certificate::subject).containsExactly("CN=plant", "CN=plant-root");
        assertThat(chain.getFirst().isSignedBy(chain.getLast())).isTrue();
        assertThat(chain.getFirst().x509().getBasicConstraints()).isZero();
        assertThat(refused("create", "plant")).contains("already exists");
        assertThat(refused("delete", "plant-root"))
                .contains("below it are plant")
                .contains("--force");
    }

    @Test
    void create_takesEveryWish() {
        owner("create", "world", "--root", "--common-name", "World Root", "--key-algorithm", "rsa-3072");
        owner("create", "region", "--issuer", "world", "--path-length", "1", "--validity", "800d");
        assertThat(owner(
                        "create",
                        "line",
                        "--issuer",
                        "region",
                        "--leaf-validity",
                        "12h",
                        "--leaf-key",
                        "ec-p384,ec-p256",
                        "--purpose",
                        "client,server",
                        "--ids",
                        "line-.*",
                        "--json"))
                .contains("\"validity\":\"PT12H\"")
                .contains("\"keyAlgorithms\":[\"ec-p256\",\"ec-p384\"]")
                .contains("\"purposes\":[\"client\",\"server\"]")
                .contains("\"ids\":\"line-.*\"")
                .contains("\"chain\":[\"CN=line\",\"CN=region\",\"CN=World Root\"]");

        assertThat(owner("change", "line", "--ids", "")).contains("Changed certificate authority 'line'.");
        assertThat(owner("show", "line")).contains("PT12H to any device");
        assertThat(refused("create", "depth", "--issuer", "line")).contains("path length of 0");
        assertThat(refused("create", "token", "--root", "--vault", "nowhere")).contains("the configuration has files");
        assertThat(refused("create", "odd", "--root", "--ids", "(")).contains("it is no regular expression");
        assertThat(refused("create", "../odd", "--root")).contains("name has 1 to 48 letters");
        assertThat(refused("show", "odd")).contains("this server has none of that name");
    }

    @Test
    void export_uploadsAVerifiedCaCertificate_andDeleteDestroysTheKey() throws IOException {
        owner("create", "shop", "--root");
        assertThat(owner("export", "shop", "--upload")).contains("Added CA certificate 'shop', CN=shop, as verified.");
        Path file = directory.resolve("shop.pem");
        owner("export", "shop", "--out", file.toString());
        assertThat(Pem.certificates(Files.readString(file))).hasSize(1);

        assertThat(keyFiles("shop-")).hasSize(1);
        assertThat(owner("delete", "shop")).contains("Deleted certificate authority 'shop'.");
        assertThat(keyFiles("shop-")).isEmpty();
    }

    private static List<Path> keyFiles(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data").resolve("authorities"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }

    private String owner(String... arguments) {
        assertThat(execute(arguments)).as(err::toString).isZero();
        return out.toString();
    }

    private String refused(String... arguments) {
        assertThat(execute(arguments)).isEqualTo(1);
        return err.toString();
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Muster.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(Stream.concat(
                        Stream.of("authorities"),
                        Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--data", directory.resolve("data").toString())))
                .toArray(String[]::new));
    }
}
