package dev.muster.server.link;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.pki.revocation.RevocationSource;
import dev.muster.pki.revocation.RevocationSource.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where certificates cannot make this server go. */
class HttpRevocationSourceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://127.0.0.1/crl                    | may not be asked
            http://localhost:8080/crl               | may not be asked
            http://[::1]/crl                        | may not be asked
            http://[::ffff:127.0.0.1]/crl           | may not be asked
            http://0.0.0.0/crl                      | may not be asked
            http://169.254.169.254/latest/meta-data | may not be asked
            http://224.0.0.1/crl                    | may not be asked
            http://2130706433/crl                   | may not be asked
            http://someone@192.0.2.1/crl            | no plain HTTP URL
            https://192.0.2.1/crl                   | no plain HTTP URL
            file:///etc/passwd                      | no plain HTTP URL
            http:///crl                             | no plain HTTP URL
            http://192.0.2.1/a b                    | no URL
            """)
    void hostOfThisMachineOrItsLink_isNotAsked(String url, String reason) {
        assertRefused(source(Set.of()), url, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://192.0.2.1/crl", "http://127.0.0.1/crl", "http://other.crl.example/crl"})
    void hostThatIsNotNamed_isNotAsked_whereSomeAre(String url) {
        assertRefused(source(Set.of("crl.example")), url, "name it in authorities.foreign.hosts");
    }

    private static void assertRefused(RevocationSource source, String url, String reason) {
        assertThatThrownBy(() -> source.list(url))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(reason);
        assertThatThrownBy(() -> source.status(url, new byte[0]))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(reason);
    }

    private static RevocationSource source(Set<String> hosts) {
        return new HttpRevocationSource(
                new Https(Trust.context(Optional.empty()), Duration.ofSeconds(1)), hosts, InstantSource.system());
    }
}
