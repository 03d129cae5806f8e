package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HubClientTest {
    @Test
    void topic_withoutProperties_endsAfterEvents() {
        assertThat(HubClient.topic("d", Map.of())).isEqualTo("devices/d/messages/events/");
    }

    @Test
    void topic_escapesPropertiesWithoutPlusSigns() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("$.ct", "application/json");
        properties.put("a b", "c&d=e");

        assertThat(HubClient.topic("d", properties))
                .isEqualTo("devices/d/messages/events/%24.ct=application%2Fjson&a%20b=c%26d%3De");
    }
}
