package dev.muster.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What strangers send, in our log. */
final class LogTextTest {
    @Test
    void text_isOneShortLine() {
        assertThat(LogText.of("two\r\nlines")).isEqualTo("two??lines");
        assertThat(LogText.of("x".repeat(1000))).hasSize(503).endsWith("...");
    }

    /** A token for a user name, a connection string for a host. */
    @Test
    void secrets_areLeftOut() {
        assertThat(LogText.of("SharedAccessSignature sr=a&sig=c2VjcmV0%3D&se=1"))
                .isEqualTo("SharedAccessSignature sr=a&sig=...&se=1");
        assertThat(LogText.of("HostName=h;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0="))
                .isEqualTo("HostName=h;SharedAccessKeyName=n;SharedAccessKey=...");
    }
}
