package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.SasToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ConnectionStringTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    private static final String TEXT =
            "HostName=localhost;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + KEY;

    @Test
    void token_isWhatTheServerVerifies() {
        Instant now = Instant.ofEpochSecond(1_000_000);
        SasToken token = SasToken.parse(ConnectionString.parse(TEXT).token(now));

        assertThat(token.isSignedWith(KEY)).isTrue();
        assertThat(token.audience()).isEqualTo("localhost");
        assertThat(token.keyName()).contains("provisioningserviceowner");
        assertThat(token.expires()).isEqualTo(Instant.ofEpochSecond(1_000_600));
    }

    @Test
    void key_isKeptWithItsPadding_andOutOfTheText() {
        ConnectionString parsed = ConnectionString.parse(TEXT);

        assertThat(parsed.key()).isEqualTo(KEY);
        assertThat(parsed.toString()).doesNotContain(KEY);
    }

    @Test
    void textWithoutAKey_isRefused() {
        assertThatThrownBy(() -> ConnectionString.parse("HostName=localhost;SharedAccessKeyName=owner"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
