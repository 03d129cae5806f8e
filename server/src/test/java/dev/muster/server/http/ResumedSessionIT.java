package dev.muster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's device SDK opens a connection for each request and resumes the TLS session of the one before. */
class ResumedSessionIT {
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumedSession_stillHasTheWholeChain(String protocol) throws IOException {
        try (RunningFrontEnd server = new RunningFrontEnd()) {
            TestIdentity root = TestIdentity.selfSigned("Plant Root");
            server.enrollGroup(root, "plant");
            TestIdentity device = root.issueAuthority("Line CA").issueLeaf("pump-1");
            TestClient client = new TestClient(device, protocol);

            SSLSession first = register(client, server);
            int connections = server.tls.asked();
            SSLSession second = register(client, server);
            assertThat(server.tls.asked()).isEqualTo(connections + 1);

            assertThat(new TestClient(device, protocol))
                    .satisfies(stranger -> assertThat(register(stranger, server).getCreationTime())
                            .isGreaterThan(first.getCreationTime()));
            // JSSE gives a resumed session the birthday of the one that it resumes.
            assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
            assertThat(server.attempts.of("pump-1", 2))
                    .extracting(attempt -> attempt.chain().size())
                    .containsExactly(3, 3);
        }
    }

    private static SSLSession register(TestClient client, RunningFrontEnd server) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection)
                URI.create(server.registration("pump-1", "/register")).toURL().openConnection();
        connection.setSSLSocketFactory(client.context().getSocketFactory());
        connection.setRequestMethod("PUT");
        connection.setRequestProperty("Connection", "close");
        connection.setDoOutput(true);
        connection.getOutputStream().write("{\"registrationId\":\"pump-1\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(connection.getResponseCode()).isEqualTo(202);
        return connection.getSSLSession().orElseThrow();
    }
}
