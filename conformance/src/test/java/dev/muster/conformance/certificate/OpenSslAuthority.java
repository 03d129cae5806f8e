package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** An authority that is none of ours: {@code openssl ca} in a directory. For one thread. */
final class OpenSslAuthority {
    private static final String DEVICE = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n";
    private static final String AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final List<Certificate> above;

    private OpenSslAuthority(Path directory, List<Certificate> above) {
        this.directory = directory;
        this.above = above;
    }

    static OpenSslAuthority root(Path directory, String name) throws Exception {
        OpenSslAuthority root = new OpenSslAuthority(prepared(directory), List.of());
        Files.writeString(
                directory.resolve("root.cnf"),
                "[req]\ndistinguished_name=n\nx509_extensions=e\n[n]\n[e]\n" + AUTHORITY);
        root.openssl("req -x509 -config root.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                + " -keyout ca.key -out ca.pem -subj /CN=" + name);
        return root;
    }

    /** @param pointers lines of an extension file */
    OpenSslAuthority intermediate(Path below, String name, String... pointers) throws Exception {
        issue(name, AUTHORITY, pointers);
        prepared(below);
        Files.copy(directory.resolve(name + ".key"), below.resolve("ca.key"));
        Files.copy(directory.resolve(name + ".pem"), below.resolve("ca.pem"));
        return new OpenSslAuthority(below, chain());
    }

    /** The same authority, which knows nothing of what it has issued. */
    OpenSslAuthority forgetful(Path elsewhere) throws IOException {
        prepared(elsewhere);
        Files.copy(directory.resolve("ca.key"), elsewhere.resolve("ca.key"));
        Files.copy(directory.resolve("ca.pem"), elsewhere.resolve("ca.pem"));
        return new OpenSslAuthority(elsewhere, above);
    }

    Device device(String name, String... pointers) throws Exception {
        issue(name, DEVICE, pointers);
        return new Device(
                Stream.concat(Stream.of(certificate(name)), chain().stream()).toList(), key(name));
    }

    /** One that may sign OCSP answers, or the like. */
    void issue(String name, String kind, String... pointers) throws Exception {
        Files.writeString(directory.resolve(name + ".ext"), kind + String.join("\n", pointers) + "\n");
        openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name + ".key -out " + name
                + ".csr -subj /CN=" + name);
        openssl("ca -batch -notext -config ca.cnf -in " + name + ".csr -out " + name + ".pem -extfile " + name
                + ".ext");
    }

    void revoke(String name, String reason) throws Exception {
        openssl("ca -config ca.cnf -revoke " + name + ".pem -crl_reason " + reason);
    }

    /** @return the CRL, PEM */
    byte[] list(Duration life) throws Exception {
        openssl("ca -config ca.cnf -gencrl -crlsec " + life.toSeconds() + " -out ca.crl");
        return Files.readAllBytes(directory.resolve("ca.crl"));
    }

    /** An OCSP responder, to be destroyed; answers by what was issued and revoked until then. */
    Process responder(int port, String signer) throws Exception {
        Process responder = new ProcessBuilder(words("ocsp -port " + port + " -index index.txt -CA ca.pem -rsigner "
                        + signer + ".pem -rkey " + signer + ".key -nmin 5"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("responder.log").toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(directory.resolve("responder.log")).contains("waiting for")) {
            assertThat(System.nanoTime()).as("openssl ocsp listens").isLessThan(deadline);
            Thread.sleep(50);
        }
        return responder;
    }

    Authority authority() throws Exception {
        Certificate own = chain().getFirst();
        return new Authority(chain(), own, new KeyPair(own.x509().getPublicKey(), key("ca")));
    }

    private List<Certificate> chain() throws IOException {
        return Stream.concat(Stream.of(certificate("ca")), above.stream()).toList();
    }

    private Certificate certificate(String name) throws IOException {
        return Pem.certificates(Files.readString(directory.resolve(name + ".pem")))
                .getFirst();
    }

    private PrivateKey key(String name) throws Exception {
        String base64 = Files.readString(directory.resolve(name + ".key")).replaceAll("-----[^-]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static Path prepared(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("index.txt"), "");
            Files.writeString(directory.resolve("crlnumber"), "01");
            Files.writeString(directory.resolve("ca.cnf"), """
                    [ca]
                    default_ca=d
                    [d]
                    database=index.txt
                    crlnumber=crlnumber
                    new_certs_dir=.
                    certificate=ca.pem
                    private_key=ca.key
                    default_md=sha256
                    default_days=20
                    default_crl_days=1
                    rand_serial=yes
                    policy=p
                    [p]
                    commonName=supplied
                    """);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>(List.of("openssl"));
        words.addAll(Arrays.asList(command.split(" ")));
        return words;
    }

    private void openssl(String command) throws Exception {
        Process process = new ProcessBuilder(words(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }
}
