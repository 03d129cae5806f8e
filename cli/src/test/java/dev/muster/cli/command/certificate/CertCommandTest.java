package dev.muster.cli.command.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Pem;
import dev.muster.pki.ProofOfPossession;
import dev.muster.server.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CertCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void rootIntermediateAndDevice_makeAValidChain() throws IOException {
        run(0, "root", "Plant root");
        run(0, "intermediate", "Plant 7", "--issuer", "Plant root");
        run(0, "device", "device-1", "--issuer", "Plant 7");

        List<Certificate> chain = chain("device-1.chain.pem");
        Certificate root = certificate("Plant-root.cert.pem");
        assertThat(chain).extracting(Certificate::subject).containsExactly("CN=device-1", "CN=Plant 7");
        ChainValidator validator = new ChainValidator();
        validator.validate(validator.build(chain, _ -> List.of(root)), root, Instant.now());
        assertThat(out.toString())
                .contains("Next: ")
                .contains(directory.resolve("device-1.chain.pem").toString());
    }

    @Test
    void deviceWithoutIssuer_isSelfSigned() throws IOException {
        run(0, "device", "device-1");

        assertThat(chain("device-1.chain.pem")).singleElement().satisfies(own -> {
            assertThat(own.isSelfIssued()).isTrue();
            assertThat(own.isAuthority()).isFalse();
        });
    }

    @Test
    void keyFile_belongsToItsOwnerAlone() throws IOException {
        run(0, "device", "device-1");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("device-1.key.pem"))))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void existingFiles_areLeftAlone() throws IOException {
        Files.writeString(directory.resolve("device-1.chain.pem"), "precious");

        run(1, "device", "device-1");

        assertThat(err.toString())
                .contains("device-1.chain.pem")
                .contains("it exists")
                .contains("--force");
        assertThat(directory.resolve("device-1.cert.pem")).doesNotExist();
        assertThat(directory.resolve("device-1.chain.pem")).hasContent("precious");
        run(0, "device", "device-1", "--force");
        assertThat(chain("device-1.chain.pem")).hasSize(1);
    }

    @Test
    void name_leadsToNoOtherDirectory() {
        run(0, "device", "../device:1");

        assertThat(directory.resolve("device-1.cert.pem")).exists();
    }

    @Test
    void daysAndKeyAlgorithm_areHeeded() throws IOException {
        run(0, "device", "device-1", "--days", "7", "--key-algorithm", "rsa-2048");

        Certificate device = certificate("device-1.cert.pem");
        assertThat(device.x509().getPublicKey()).isInstanceOf(RSAPublicKey.class);
        assertThat(Duration.between(device.notBefore(), device.notAfter()))
                .isEqualTo(Duration.ofDays(7).plusMinutes(5));
    }

    @Test
    void wrongUsage_exitsWith2() {
        run(2, "device", "device-1", "--days", "0");
        run(2, "device", "device-1", "--key-algorithm", "rsa-512");
        run(2, "intermediate", "Plant 7");
    }

    @Test
    void unknownIssuer_isNamed() {
        run(1, "device", "device-1", "--issuer", "nobody");

        assertThat(err.toString())
                .contains("There is no authority 'nobody'")
                .contains("it has no file nobody.cert.pem");
    }

    @Test
    void filesOfTheNodeTool_serveAsIssuer() throws IOException {
        run(0, "root", "Root");
        run(0, "intermediate", "Plant", "--issuer", "Root");
        move("Plant.cert.pem", "plantSeven_cert.pem");
        move("Plant.key.pem", "plantSeven_key.pem");
        Files.writeString(
                directory.resolve("plantSeven_fullchain.pem"),
                Files.readString(directory.resolve("Plant.chain.pem")) + "\n"
                        + Files.readString(directory.resolve("Root.cert.pem")) + "\nnull");

        run(0, "device", "device-1", "--issuer", "Plant Seven");

        assertThat(chain("device-1.chain.pem"))
                .extracting(Certificate::subject)
                .containsExactly("CN=device-1", "CN=Plant");
    }

    @Test
    void verification_provesPossession() throws IOException {
        run(0, "root", "Root");
        String code = "AB".repeat(24);

        run(
                0,
                "verification",
                "--ca",
                directory.resolve("Root.cert.pem").toString(),
                "--key",
                directory.resolve("Root.key.pem").toString(),
                "--code",
                code);

        Certificate verification = certificate("verification.cert.pem");
        ProofOfPossession.check(certificate("Root.cert.pem"), code, verification, Instant.now());
        assertThat(directory.resolve("verification.key.pem")).doesNotExist();
    }

    @Test
    void pkcs12_opensWithThePassword() throws IOException, GeneralSecurityException {
        Path password = Files.writeString(directory.resolve("password"), "correct horse\n");
        run(0, "root", "Root");

        run(0, "device", "device-1", "--issuer", "Root", "--pkcs12", "--password-file", password.toString());

        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(directory.resolve("device-1.p12"))) {
            store.load(file, "correct horse".toCharArray());
        }
        assertThat(store.getKey("device-1", "correct horse".toCharArray())).isNotNull();
        assertThat(store.getCertificateChain("device-1")).hasSize(1);
    }

    @Test
    void pkcs12WithoutPassword_writesNothing() {
        run(1, "device", "device-1", "--pkcs12");

        assertThat(err.toString()).contains("--password-file");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void json_namesWhatWasWritten() {
        run(0, "device", "device-1", "--json");

        assertThat(Json.parseObject(out.toString().getBytes(StandardCharsets.UTF_8)))
                .containsEntry("kind", "device")
                .containsEntry("subject", "CN=device-1")
                .extractingByKey("files")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(3);
    }

    @Test
    void explain_saysWhatIsAndWhatWouldBeRefused() {
        run(0, "root", "Root");
        run(0, "device", "device-1", "--issuer", "Root");
        String device = directory.resolve("device-1.cert.pem").toString();
        String root = directory.resolve("Root.cert.pem").toString();

        run(0, "explain", device, root);
        assertThat(out.toString())
                .contains("Certificate 1: CN=device-1")
                .contains("signed by  certificate 2, CN=Root")
                .contains("a root")
                .contains("364 days left")
                .contains("No rule is broken.");
        run(0, "explain", root, device);
        assertThat(out.toString()).contains("The order is wrong");
    }

    @Test
    void explainedRefusal_exitsWith1() throws IOException {
        run(0, "device", "device-1");
        run(0, "root", "Root");
        Files.writeString(
                directory.resolve("many.pem"),
                Files.readString(directory.resolve("Root.cert.pem")).repeat(11));

        run(1, "explain", directory.resolve("many.pem").toString());

        assertThat(out.toString()).contains("A registration is refused.").contains("11 certificates");
    }

    private void run(int expectedExit, String... arguments) {
        String[] all = arguments;
        if (!arguments[0].equals("explain")) {
            all = Arrays.copyOf(arguments, arguments.length + 2);
            all[arguments.length] = "--directory";
            all[arguments.length + 1] = directory.toString();
        }
        int exit = new CommandLine(new CertCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (failure instanceof Refusal refusal) {
                        Optional<Explanation> explanation = refusal.explanation();
                        command.getErr()
                                .println(refusal.text() + " "
                                        + explanation.map(Object::toString).orElse(""));
                        return 1;
                    }
                    throw failure;
                })
                .execute(all);
        assertThat(exit).as(err.toString()).isEqualTo(expectedExit);
    }

    private Certificate certificate(String file) throws IOException {
        return chain(file).getFirst();
    }

    private List<Certificate> chain(String file) throws IOException {
        return Pem.certificates(Files.readAllBytes(directory.resolve(file)));
    }

    private void move(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to));
    }
}
