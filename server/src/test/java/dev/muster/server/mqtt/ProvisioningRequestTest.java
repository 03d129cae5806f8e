package dev.muster.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvisioningRequestTest {
    @Test
    void registration_isKnownByItsTopic() {
        assertThat(ProvisioningRequest.parse("$dps/registrations/PUT/iotdps-register/?$rid=%31-a"))
                .contains(new ProvisioningRequest.Register("%31-a"));
    }

    @Test
    void resultQuery_mayEncodeTheOperation() {
        assertThat(ProvisioningRequest.parse(
                        "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=5%2E1.a-b"))
                .contains(new ProvisioningRequest.Result("2", "5.1.a-b"));
        assertThat(ProvisioningRequest.parse(
                        "$dps/registrations/GET/iotdps-get-operationstatus/?operationId=5.1&$rid=2"))
                .contains(new ProvisioningRequest.Result("2", "5.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$dps/registrations/PUT/iotdps-register",
                "$dps/registrations/PUT/iotdps-register/?",
                "$dps/registrations/PUT/iotdps-register/?rid=1",
                "$dps/registrations/POST/iotdps-register/?$rid=1"
            })
    void otherTopics_areNone(String topic) {
        assertThat(ProvisioningRequest.parse(topic)).isEmpty();
    }
}
