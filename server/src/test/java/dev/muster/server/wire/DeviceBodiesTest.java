package dev.muster.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each SDK sends when it registers. */
class DeviceBodiesTest {
    @Test
    void payload_isWhatEverySdkMeans() {
        Map<String, Object> meant = Map.of("plant", 7);

        assertThat(payload("{\"payload\":{\"plant\":7}}")).isEqualTo(meant); // Node, C, C#
        assertThat(payload("{\"payload\":\"{\\\"plant\\\":7}\"}")).isEqualTo(meant); // Java
        assertThat(payload("{\"payload\":\"plant 7\"}")).isEqualTo("plant 7");
        assertThat(payload("{\"payload\":[7]}")).isEqualTo(List.of(7));
    }

    @Test
    void payload_mayBeMissing() {
        for (String body : new String[] {"", "{}", "{\"payload\":null}"}) {
            assertThat(register(body).contents().payload()).isEmpty();
        }
    }

    @Test
    void tpm_needsBothKeys() {
        assertThat(register("{\"tpm\":null}").contents().tpm()).isEmpty();
        assertThatThrownBy(() -> register("{\"tpm\":{\"endorsementKey\":\"AAAA\"}}"))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> register("{\"tpm\":\"AAAA\"}")).isInstanceOf(Refusal.class);
    }

    private static Object payload(String body) {
        return register(body).contents().payload().orElseThrow();
    }

    private static DeviceBodies.Register register(String body) {
        return DeviceBodies.parseRegister(body.getBytes(StandardCharsets.UTF_8));
    }
}
