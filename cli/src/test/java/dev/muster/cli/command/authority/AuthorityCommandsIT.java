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
import java.io.UncheckedIOException;
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

    private static final String GROUP_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

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

    /** The authority elsewhere is one of this very server. */
    @Test
    void authorityElsewhere_isLinkedListedShownAndDeleted() throws IOException {
        owner("create", "theirs");
        String url = "https://127.0.0.1:" + server.httpsPort();
        String trust = server.authorityCertificate().toString();
        String[] link = {
            "link", "partner", "--portal", url, "--authority", "theirs", "--trust", trust, "--key-file", key("wrong")
        };
        assertThat(refused(link))
                .contains("'partner' at 127.0.0.1:" + server.httpsPort() + " cannot be linked", "it answered 401");
        assertThat(owner("list")).doesNotContain("partner");

        link[link.length - 1] = server.adminTokenFile().toString();
        assertThat(owner(link)).contains("Linked certificate authority 'partner': portal at " + url);
        // Again, to change it.
        assertThat(owner(link)).contains("Linked certificate authority 'partner'");
        assertThat(owner("list"))
                .containsSubsequence("NAME", "ELSEWHERE", "partner", "portal at " + url + ", authority theirs");
        assertThat(owner("show", "partner"))
                .contains(url, "PortalCertificateAuthority")
                .doesNotContain(Files.readString(server.adminTokenFile()).strip());
        assertThat(refused("link", "theirs", "--est", url, "--trust", trust, "--key-file", key(GROUP_KEY)))
                .contains("is one of this server's own");
        assertThat(refused("link", "partner", "--est", url, "--trust", trust, "--key-file", key(GROUP_KEY)))
                .contains("it answered 401");
        assertThat(owner("delete", "partner")).contains("Deleted the link");
        assertThat(refused("delete", "partner")).contains("does not exist");
    }

    private static String key(String secret) throws IOException {
        return Files.writeString(directory.resolve("linked.key"), secret).toString();
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

    @Test
    void rotation_isFollowedByGroups_intoTheirFreePlace() throws IOException {
        owner("create", "mill");
        owner("export", "mill", "--upload");
        Path certificate = directory.resolve("mill.pem");
        owner("export", "mill", "--out", certificate.toString());
        command("groups", "create", "mill-by-name", "--ca", "mill");
        command("groups", "create", "mill-by-certificate", "--certificate", certificate.toString());

        assertThat(owner("rotate", "mill")).contains("from now on it issues as CN=mill G2, issued by CN=mill-root");

        assertThat(owner("show", "mill"))
                .containsSubsequence(
                        "2", "issuing", "CN=mill G2 <- CN=mill-root", "1", "former", "CN=mill <- CN=mill-root");
        assertThat(command("certificates", "list", "--json"))
                .containsSubsequence("\"name\":\"mill-g2\"", "\"isVerified\":true");
        assertThat(command("groups", "show", "mill-by-name", "--json"))
                .contains("{\"primary\":\"mill\",\"secondary\":\"mill-g2\"}");
        assertThat(command("groups", "show", "mill-by-certificate", "--json"))
                .containsSubsequence("CN=mill", "secondary", "CN=mill G2");
        assertThat(refused("rotate", "mill")).contains("There is no room").contains("both taken");
        assertThat(keyFiles("mill-")).hasSize(3);
        assertThat(owner("rotate", "mill-root")).contains("CN=mill-root G2, issued by CN=mill-root G2");
        assertThat(owner("show", "mill-root", "--json")).contains("\"crossSignedBy\":\"CN=mill-root\"");
    }

    @Test
    void authority_isSignedByAnOfflineRoot() throws IOException, InterruptedException {
        openSsl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-384",
                "-nodes",
                "-keyout",
                "off.key",
                "-out",
                "off.pem",
                "-subj",
                "/CN=Offline Root",
                "-days",
                "3650");
        Files.writeString(directory.resolve("ca.cnf"), """
                basicConstraints=critical,CA:true,pathlen:0
                keyUsage=critical,keyCertSign,cRLSign
                subjectKeyIdentifier=hash
                authorityKeyIdentifier=keyid
                """);
        Path request = directory.resolve("dock.csr");
        Path signed = directory.resolve("dock.pem");
        Path root = directory.resolve("off.pem");

        assertThat(owner("request", "dock", "--common-name", "Dock CA", "--out", request.toString()))
                .contains("muster authorities install dock FILE");
        assertThat(owner("list")).contains("to be installed");
        openSsl(
                "x509",
                "-req",
                "-in",
                "dock.csr",
                "-CA",
                "off.pem",
                "-CAkey",
                "off.key",
                "-CAcreateserial",
                "-days",
                "365",
                "-out",
                "dock.pem");
        assertThat(refused("install", "dock", signed.toString(), root.toString()))
                .contains("do not say CA:true")
                .contains("basicConstraints=critical,CA:true");
        openSsl(
                "x509",
                "-req",
                "-in",
                "dock.csr",
                "-CA",
                "off.pem",
                "-CAkey",
                "off.key",
                "-CAcreateserial",
                "-days",
                "365",
                "-extfile",
                "ca.cnf",
                "-out",
                "dock.pem");
        assertThat(refused("install", "dock", signed.toString())).contains("at no root");

        assertThat(owner("install", "dock", signed.toString(), root.toString()))
                .contains("CN=Dock CA, issued by CN=Offline Root");

        Path chain = directory.resolve("dock-chain.pem");
        owner("export", "dock", "--chain", "--out", chain.toString());
        openSsl("verify", "-CAfile", "off.pem", "dock-chain.pem");
        assertThat(refused("rotate", "dock")).contains("muster authorities request dock");
    }

    @Test
    void authorityOfOpenSsl_isImported_asPkcs12OrPem() throws IOException, InterruptedException {
        openSsl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "old.key",
                "-out",
                "old.pem",
                "-subj",
                "/CN=Old Root",
                "-days",
                "3650");
        openSsl("pkcs12", "-export", "-inkey", "old.key", "-in", "old.pem", "-out", "old.p12", "-passout", "pass:1234");
        Path password = Files.writeString(directory.resolve("old.password"), "1234\n");
        Path wrong = Files.writeString(directory.resolve("wrong.password"), "4321\n");
        String file = directory.resolve("old.p12").toString();

        assertThat(refused("import", "old", file, "--password-file", wrong.toString()))
                .contains("it cannot be opened")
                .contains("give the password");
        assertThat(owner("import", "old", file, "--password-file", password.toString()))
                .contains("Imported certificate authority 'old': CN=Old Root");
        assertThat(owner(
                        "import",
                        "old-too",
                        directory.resolve("old.pem").toString(),
                        "--key",
                        directory.resolve("old.key").toString()))
                .contains("rsa-2048");
        owner("create", "under-old", "--issuer", "old");
        assertThat(refused(
                        "import",
                        "mixed",
                        directory.resolve("old.pem").toString(),
                        "--key",
                        directory.resolve("data").resolve("ca.key").toString()))
                .contains("belongs to none of the 1 certificates");
    }

    private static void openSsl(String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("openssl.txt");
        Process process = new ProcessBuilder(Stream.concat(Stream.of("openssl"), Stream.of(arguments))
                        .toList())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> read(output)).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> keyFiles(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("data").resolve("authorities"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }

    private String owner(String... arguments) {
        return command(authorities(arguments));
    }

    private String command(String... arguments) {
        assertThat(execute(arguments)).as(err::toString).isZero();
        return out.toString();
    }

    private String refused(String... arguments) {
        assertThat(execute(authorities(arguments))).isEqualTo(1);
        return err.toString();
    }

    private static String[] authorities(String... arguments) {
        return Stream.concat(Stream.of("authorities"), Stream.of(arguments)).toArray(String[]::new);
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Muster.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--data", directory.resolve("data").toString()))
                .toArray(String[]::new));
    }
}
