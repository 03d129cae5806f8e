package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.est.HttpAuth;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.est.jcajce.SSLSocketFactoryCreator;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** Clients of others that enroll over EST: Bouncy Castle's and strongSwan's {@code pki}. */
record EstClients(TestServer server) {
    ESTService bouncyCastle(String authority, Optional<Device> device) {
        SSLSocketFactoryCreator sockets = new SSLSocketFactoryCreator() {
            @Override
            public SSLSocketFactory createFactory() {
                return server.trust().context(device).getSocketFactory();
            }

            @Override
            public boolean isTrusted() {
                return true;
            }
        };
        return new JsseESTServiceBuilder(TestServer.HOST + ":" + TestServer.HTTPS, sockets)
                .withHostNameAuthorizer((_, _) -> true)
                .withLabel(authority)
                .build();
    }

    static HttpAuth password(String id, String key) {
        return new HttpAuth(id, key.toCharArray());
    }

    /** As a header. */
    static String basic(String id, String key) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((id + ":" + key).getBytes(StandardCharsets.UTF_8));
    }

    static PKCS10CertificationRequest pkcs10(Csr request) throws IOException {
        return new PKCS10CertificationRequest(request.der());
    }

    static Certificate issued(EnrollmentResponse response) throws IOException {
        assertThat(response.isCompleted()).isTrue();
        List<Certificate> issued = certificates(response.getStore().getMatches(null));
        assertThat(issued).hasSize(1);
        return issued.getFirst();
    }

    static List<Certificate> certificates(Iterable<X509CertificateHolder> holders) throws IOException {
        List<Certificate> found = new ArrayList<>();
        for (X509CertificateHolder holder : holders) {
            found.add(Certificate.parse(holder.getEncoded()));
        }
        return found;
    }

    /** A directory with what strongSwan needs: a request, its key, and the authorities whose answer it accepts. */
    Path strongSwanDirectory(String id, KeyPair keys, List<Certificate> authority) throws IOException {
        Path directory = server.directory("swan");
        Files.write(directory.resolve("req.der"), Csr.of(id, keys).der());
        Files.writeString(directory.resolve("key.pem"), Pem.write(keys.getPrivate()));
        for (int i = 0; i < authority.size(); i++) {
            Files.write(directory.resolve("ca" + i + ".der"), authority.get(i).der());
        }
        return directory;
    }

    /** @param more what it is told beside the request, the URL and two authorities */
    Program.Result strongSwan(Path directory, String out, String more) throws Exception {
        String command = "exec pki --est --url https://" + TestServer.HOST
                + " --in req.der --cacert " + server.authorityCertificate() + " --cacert ca0.der --cacert ca1.der "
                + more
                + " > " + out;
        return Program.run(directory, Map.of(), List.of("sh", "-c", command));
    }
}
