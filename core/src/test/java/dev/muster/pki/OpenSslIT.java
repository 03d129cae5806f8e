package dev.muster.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSL makes is read here, and what is made here OpenSSL accepts. */
class OpenSslIT {
    private static final String EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
    private static final String RSA = "-newkey rsa:2048";

    /** The profiles of Microsoft's tools, whose certificates are in the field. */
    private static final String PROFILES = """
            [req]
            distinguished_name = name
            [name]
            [node_ca]
            basicConstraints = critical,CA:true
            [node_device]
            extendedKeyUsage = critical,clientAuth
            [c_ca]
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid:always,issuer
            basicConstraints = critical,CA:true
            keyUsage = critical,digitalSignature,cRLSign,keyCertSign
            [c_device]
            basicConstraints = CA:FALSE
            nsCertType = client,email
            nsComment = "OpenSSL Generated Client Certificate"
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid,issuer
            keyUsage = critical,nonRepudiation,digitalSignature,keyEncipherment
            extendedKeyUsage = clientAuth,emailProtection
            [tutorial_ca]
            basicConstraints = critical,CA:true,pathlen:0
            extendedKeyUsage = clientAuth,serverAuth
            keyUsage = critical,keyCertSign,cRLSign
            subjectKeyIdentifier = hash
            [tutorial_device]
            basicConstraints = critical,CA:false
            extendedKeyUsage = clientAuth
            keyUsage = critical,digitalSignature
            authorityKeyIdentifier = keyid:always
            subjectKeyIdentifier = hash
            """;

    private final ChainValidator validator = new ChainValidator();

    @TempDir
    private Path directory = Path.of("");

    private OpenSsl openSsl = new OpenSsl(directory);

    @BeforeEach
    void writeProfiles() {
        openSsl = new OpenSsl(directory);
        openSsl.write("profiles.cnf", PROFILES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "c", "tutorial"})
    void chainsOfTheTools_areValid(String tool) {
        root(RSA, tool.equals("tutorial") ? "c_ca" : tool + "_ca");
        issue("intermediate", "root", EC, "-extfile profiles.cnf -extensions " + tool + "_ca");
        issue(
                "device",
                "intermediate",
                tool.equals("node") ? RSA : EC,
                "-extfile profiles.cnf -extensions " + tool + "_device");

        assertValid("device", "intermediate", "root");
    }

    @Test
    void bareVersionOneLeafOfAnEcRoot_isValid() {
        root(EC, "node_ca");
        issue("device", "root", RSA, "");

        assertThat(certificate("device").x509().getVersion()).isEqualTo(1);
        assertValid("device", "root");
    }

    @Test
    void edgeAuthorityAsLeaf_isRefused() {
        root(EC, "c_ca");
        issue("device", "root", EC, "-extfile profiles.cnf -extensions c_ca");
        List<Certificate> chain = List.of(certificate("device"), certificate("root"));
        dev.muster.pki.Path path = validator.build(chain, _ -> List.of());

        Refusal refusal =
                catchThrowableOfType(Refusal.class, () -> validator.validate(path, chain.getLast(), Instant.now()));
        assertThat(refusal.explanation().orElseThrow().rule()).contains("is a certificate authority");
    }

    @Test
    void textBeforeAndAfterBlocks_isIgnored() {
        root(EC, "c_ca");
        openSsl.run("x509 -in root.pem -text -out text.pem");

        assertThat(Pem.certificates(openSsl.read("text.pem") + "\nnull")).containsExactly(certificate("root"));
        openSsl.run("x509 -in root.pem -trustout -setalias x -out trusted.pem");
        assertThat(Pem.certificates(openSsl.read("trusted.pem"))).containsExactly(certificate("root"));
    }

    @Test
    void keysInEveryForm_areRead() {
        openSsl.run("ecparam -name prime256v1 -genkey -out sec1.pem");
        openSsl.run("genrsa -traditional -out pkcs1.pem 2048");
        for (String form : List.of("sec1", "pkcs1")) {
            openSsl.run("pkcs8 -topk8 -nocrypt -in " + form + ".pem -out plain.pem");
            openSsl.run("pkcs8 -topk8 -passout pass:1234 -in " + form + ".pem -out encrypted.pem");
            openSsl.run("pkey -traditional -aes256 -passout pass:1234 -in " + form + ".pem -out traditional.pem");
            BigInteger expected = secret("plain");

            assertThat(secret(form)).isEqualTo(expected);
            assertThat(secret("encrypted")).isEqualTo(expected);
            assertThat(secret("traditional")).isEqualTo(expected);
        }
    }

    @Test
    void encryptedKey_needsItsPassword() {
        openSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:1234 -out key.pem");
        String text = openSsl.read("key.pem");

        assertThat(catchThrowableOfType(Refusal.class, () -> Pem.privateKey(text, Optional.empty()))
                        .explanation()
                        .orElseThrow()
                        .rule())
                .contains("no password was given");
        assertThat(catchThrowableOfType(Refusal.class, () -> Pem.privateKey(text, Optional.of("wrong".toCharArray())))
                        .explanation()
                        .orElseThrow()
                        .rule())
                .contains("cannot be read");
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "EC_P384", "RSA_2048"})
    void ourChains_areAcceptedByOpenSsl(KeyAlgorithm algorithm) {
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        KeyPair rootKeys = algorithm.generate(random);
        Certificate root = Issuer.selfSigned("Root", rootKeys, clock, random)
                .issue(Issuer.Request.of(CertificateProfile.root(), "Root", rootKeys.getPublic()));
        KeyPair plantKeys = algorithm.generate(random);
        Certificate plant = Issuer.of(root, rootKeys.getPrivate(), clock, random)
                .issue(Issuer.Request.of(CertificateProfile.intermediate(0), "Plant", plantKeys.getPublic()));
        Issuer issuer = Issuer.of(plant, plantKeys.getPrivate(), clock, random);
        KeyPair keys = algorithm.generate(random);
        openSsl.write("root.pem", Pem.write(root));
        openSsl.write("plant.pem", Pem.write(plant));
        openSsl.write(
                "device.pem",
                Pem.write(issuer.issue(Issuer.Request.of(CertificateProfile.device(), "device", keys.getPublic()))));
        openSsl.write(
                "server.pem",
                Pem.write(issuer.issue(new Issuer.Request(
                        CertificateProfile.server(),
                        "dps.example",
                        keys.getPublic(),
                        List.of("dps.example", "::1"),
                        Optional.empty()))));
        openSsl.write("device.key.pem", Pem.write(keys.getPrivate()));

        String verify = "verify -x509_strict -CAfile root.pem -untrusted plant.pem ";
        assertThat(openSsl.run(verify + "-purpose sslclient device.pem")).contains("device.pem: OK");
        assertThat(openSsl.run(verify + "-purpose sslserver -verify_hostname dps.example server.pem"))
                .contains("server.pem: OK");
        assertThat(openSsl.run(verify + "-purpose sslserver -verify_ip ::1 server.pem"))
                .contains("server.pem: OK");
        assertThat(openSsl.run("pkey -in device.key.pem -pubout"))
                .isEqualTo(openSsl.run("x509 -in device.pem -noout -pubkey"));
    }

    private void root(String newKey, String profile) {
        openSsl.run("req -x509 -config profiles.cnf -extensions " + profile + " " + newKey
                + " -noenc -sha256 -days 30 -subj /CN=root -keyout root.key -out root.pem");
    }

    private void issue(String name, String issuer, String newKey, String options) {
        openSsl.run("req -new -config profiles.cnf " + newKey + " -noenc -subj /CN=" + name + " -keyout " + name
                + ".key -out " + name + ".csr");
        openSsl.run(("x509 -req -sha256 -days 30 -CAcreateserial -in " + name + ".csr -CA " + issuer + ".pem -CAkey "
                        + issuer + ".key -out " + name + ".pem " + options)
                .strip());
    }

    private void assertValid(String... names) {
        List<Certificate> chain = List.of(names).stream().map(this::certificate).toList();
        dev.muster.pki.Path path = validator.build(chain, _ -> List.of());
        assertThat(path.certificates()).as(path.end()).isEqualTo(chain);
        assertThatCode(() -> validator.validate(path, chain.getLast(), Instant.now()))
                .doesNotThrowAnyException();
    }

    private Certificate certificate(String name) {
        return Pem.certificates(openSsl.read(name + ".pem")).getFirst();
    }

    private BigInteger secret(String name) {
        return switch (Pem.privateKey(openSsl.read(name + ".pem"), Optional.of("1234".toCharArray()))) {
            case ECPrivateKey key -> key.getS();
            case RSAPrivateKey key -> key.getPrivateExponent();
            case PrivateKey key -> throw new AssertionError(key.getAlgorithm());
        };
    }
}
