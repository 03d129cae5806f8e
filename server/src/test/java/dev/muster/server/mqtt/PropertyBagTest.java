package dev.muster.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.hub.Telemetry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PropertyBagTest {
    @Test
    void systemProperties_areKnownRawAndEncoded() {
        Telemetry.Sent sent = message("$.mid=m%201&%24.cid=c&$.ct=application%2Fjson&$.ctime=2026-01-01T00:00:00Z");
        assertThat(sent.systemProperties())
                .containsOnly(
                        Map.entry("message-id", "m 1"),
                        Map.entry("correlation-id", "c"),
                        Map.entry("content-type", "application/json"),
                        Map.entry("iothub-creation-time-utc", "2026-01-01T00:00:00Z"));
        assertThat(sent.properties()).isEmpty();
    }

    @Test
    void senderInTheMessage_isIgnored() {
        Telemetry.Sent sent = message("$.cdid=other&%24.cmid=m");
        assertThat(sent.systemProperties()).isEmpty();
        assertThat(sent.properties()).isEmpty();
    }

    @Test
    void applicationProperties_mayBeUnencodedOrEmpty() {
        assertThat(message("a b=c d&level=50%&none&empty=&x=y=z").properties())
                .containsOnly(
                        Map.entry("a b", "c d"),
                        Map.entry("level", "50%"),
                        Map.entry("none", ""),
                        Map.entry("empty", ""),
                        Map.entry("x", "y=z"));
    }

    @Test
    void ownProperties_winOverTheBag() {
        assertThat(PropertyBag.message("mqtt-retain=no", Map.of("mqtt-retain", "true"), new byte[0])
                        .properties())
                .containsOnly(Map.entry("mqtt-retain", "true"));
    }

    @Test
    void size_countsProperties() {
        byte[] body = new byte[256 * 1024 - 4];
        assertThat(PropertyBag.message("ab=cd", Map.of(), body).body()).hasSize(body.length);
        assertThatThrownBy(() -> PropertyBag.message("ab=cde", Map.of(), body))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_LARGE));
    }

    private static Telemetry.Sent message(String bag) {
        return PropertyBag.message(bag, Map.of(), new byte[0]);
    }
}
