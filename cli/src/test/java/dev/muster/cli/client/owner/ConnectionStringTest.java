package dev.muster.cli.client.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConnectionStringTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    private static final String TEXT =
            "HostName=localhost;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + KEY;

    @Test
    void token_isWhatTheServerVerifies() {
        Instant now = Instant.ofEpochSecond(1_000_000);
        SasToken token = SasToken.parse(ConnectionString.parse(TEXT, "hub.txt").token(now));

        assertThat(token.isSignedWith(KEY)).isTrue();
        assertThat(token.audience()).isEqualTo("localhost");
        assertThat(token.keyName()).contains("provisioningserviceowner");
        assertThat(token.expires()).isEqualTo(Instant.ofEpochSecond(1_000_600));
    }

    @Test
    void key_isKeptWithItsPadding_andOutOfTheText() {
        ConnectionString parsed = ConnectionString.parse(TEXT, "hub.txt");

        assertThat(parsed.key()).isEqualTo(KEY);
        assertThat(parsed.toString()).doesNotContain(KEY);
    }

    @Test
    void host_isTheNameWithoutThePort_andCaseOfTheFieldsIsLeftOpen() {
        ConnectionString parsed = ConnectionString.parse(
                " hostname = hub.example:8443 ;SharedAccessKeyName=owner;sharedaccesskey=" + KEY + "\n", "hub.txt");

        assertThat(parsed.host()).isEqualTo("hub.example");
        assertThat(parsed.base()).hasToString("https://hub.example:8443");
        assertThat(SasToken.parse(parsed.token(Instant.EPOCH)).audience()).isEqualTo("hub.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | it is not of the form HostName=",
                "nonsense | it is not of the form HostName=",
                "HostName=localhost;SharedAccessKeyName=owner | it lacks SharedAccessKey=",
                "SharedAccessKeyName=owner;SharedAccessKey=AAAA | it lacks HostName=",
                "HostName=h;DeviceId=d;SharedAccessKey=AAAA | it is that of a device",
                "HostName=https://h/;SharedAccessKeyName=owner;SharedAccessKey=AAAA | its HostName is no host name",
                "HostName=h;SharedAccessKeyName=owner;SharedAccessKey=**** | its SharedAccessKey is not base64",
            })
    void textThatIsNone_isRefused_sayingWhy(String text, String rule) {
        assertThatThrownBy(() -> ConnectionString.parse(text, "hub.txt"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.explanation().orElseThrow().toString())
                                .contains("hub.txt", rule));
    }
}
