package dev.muster.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRequestTest {
    @ParameterizedTest
    @CsvSource({
        "devices/d1/messages/events,''",
        "devices/d1/messages/events/,''",
        "devices/d1/messages/events/a=1,a=1",
        "devices/d1/messages/events/a=1/,a=1",
        "devices/d1/messages/events/a=x/y&b=1,a=x/y&b=1",
        "devices/%64%31/messages/events/a=1,a=1"
    })
    void eventTopic_endsInProperties(String topic, String properties) {
        assertThat(DeviceRequest.parse(topic, "d1")).contains(new DeviceRequest.Event(properties));
    }

    @Test
    void idThatLooksEncoded_isTakenAsItIs() {
        assertThat(DeviceRequest.parse("devices/a%20b/messages/events/", "a%20b"))
                .contains(new DeviceRequest.Event(""));
    }

    @Test
    void twinTopics_haveARequestIdAndMayHaveAVersion() {
        assertThat(DeviceRequest.parse("$iothub/twin/GET/?$rid=7", "d1")).contains(new DeviceRequest.ReadTwin("7"));
        assertThat(DeviceRequest.parse("$iothub/twin/PATCH/properties/reported/?$rid=7", "d1"))
                .contains(new DeviceRequest.Report("7", Optional.empty()));
        for (String query : List.of("$rid=7&$version=3", "$version=3&$rid=7")) {
            assertThat(DeviceRequest.parse("$iothub/twin/PATCH/properties/reported/?" + query, "d1"))
                    .contains(new DeviceRequest.Report("7", Optional.of("3")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices",
                "devices/d1",
                "devices/D1/messages/events/",
                "devices/d1/messages/eventsx/",
                "devices/d1/modules/m/messages/events/",
                "$iothub/twin/GET/?",
                "$iothub/twin/GET/$rid=1"
            })
    void otherTopics_areNone(String topic) {
        assertThat(DeviceRequest.parse(topic, "d1")).isEmpty();
    }

    @Test
    void longRequestId_isNone() {
        assertThat(DeviceRequest.parse("$iothub/twin/GET/?$rid=" + "1".repeat(257), "d1"))
                .isEmpty();
    }
}
