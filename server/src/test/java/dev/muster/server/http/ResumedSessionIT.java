package dev.muster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.server.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
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
            String register = server.registration("pump-1", "/register");

            Map<String, Object> first = put(client, register);
            Map<String, Object> second = put(client, register);

            assertThat(first).containsEntry("status", "assigning");
            assertThat(second).containsEntry("status", "assigning");
            assertThat(server.attempts.of("pump-1", 2))
                    .extracting(attempt -> attempt.chain().size())
                    .containsExactly(3, 3);
        }
    }

    private static Map<String, Object> put(TestClient client, String url) throws IOException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(client.context().getSocketFactory());
        connection.setRequestMethod("PUT");
        connection.setRequestProperty("Connection", "close");
        connection.setDoOutput(true);
        connection.getOutputStream().write("{\"registrationId\":\"pump-1\"}".getBytes(StandardCharsets.UTF_8));
        try (InputStream in = connection.getInputStream()) {
            return Json.parseObject(in.readAllBytes());
        }
    }
}
