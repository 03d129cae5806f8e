package dev.muster.server.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.server.mqtt.Provisioning;
import dev.muster.server.tls.Caller;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** What a device hears on a connection of its own; the front ends' tests have the rest. */
final class ProvisioningSessionTest {
    private final Provisioning service = new Provisioning();

    @Test
    void registration_isAnsweredWithAnOperation() throws Exception {
        Answer answer = session().register(new byte[0]);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(text(answer)).contains("operationId", "assigning");
    }

    /** The reason is in the log, by the tracking id; most SDKs come back after a while (reference 3.4, 4.4, 10.4). */
    @Test
    void failure_isAnsweredWithoutItsReason() throws Exception {
        service.failWith(new IllegalStateException("disk full"));

        Answer answer = session().register(new byte[0]);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(text(answer)).contains("\"errorCode\":500000", "trackingId").doesNotContain("disk full");
    }

    private ProvisioningSession session() throws NoSuchAlgorithmException {
        return new ProvisioningSession(
                new ProvisioningSession.Device(
                        service.idScope(),
                        "dev1",
                        Optional.of("2019-03-31"),
                        Optional.of(service.token()),
                        Optional.empty(),
                        false),
                new Caller(
                        SSLContext.getDefault().createSSLEngine().getSession(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        "MQTT",
                        _ -> {},
                        () -> {}),
                service.services());
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
