package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import org.junit.jupiter.api.Test;

final class MqttProvisioningTest {
    @Test
    void answer_hasStatusAndRetryAfterFromItsTopic() throws ProtocolException {
        Poll.Answer answer = MqttProvisioning.answer(message("$dps/registrations/res/202/?$rid=1&retry-after=3"), "1");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.retryAfter()).contains(3);
    }

    @Test
    void answer_needsNoRetryAfter() throws ProtocolException {
        Poll.Answer answer = MqttProvisioning.answer(message("$dps/registrations/res/200/?$rid=2"), "2");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.retryAfter()).isEmpty();
    }

    @Test
    void answer_toAnotherRequest_isRefused() {
        assertThatThrownBy(() -> MqttProvisioning.answer(message("$dps/registrations/res/200/?$rid=1"), "2"))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void answer_onAnotherTopic_isRefused() {
        assertThatThrownBy(() -> MqttProvisioning.answer(message("devices/d/messages/devicebound/"), "1"))
                .isInstanceOf(ProtocolException.class);
    }

    private static MqttPacket.Publish message(String topic) {
        return new MqttPacket.Publish(topic, 1, 1, new byte[0]);
    }
}
