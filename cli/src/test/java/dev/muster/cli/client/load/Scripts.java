package dev.muster.cli.client.load;

import dev.muster.cli.client.MqttPacket;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** What a provisioning service says, as little of it as the load client needs, written by hand. */
final class Scripts {
    private Scripts() {}

    /** HTTPS: each request read whole at once; the answer depends on its first word. */
    static Function<ByteBuf, byte[]> http(String status) {
        return received -> {
            String request = received.readCharSequence(received.readableBytes(), StandardCharsets.UTF_8)
                    .toString();
            if (request.startsWith("PUT /0ne00000001/registrations/")) {
                return answer("202 Accepted", "{\"operationId\":\"4.a\",\"status\":\"assigning\"}");
            }
            return request.contains("/operations/4.a?api-version=")
                    ? answer("200 OK", "{\"operationId\":\"4.a\",\"status\":\"" + status + "\"}")
                    : answer("404 Not Found", "{}");
        };
    }

    /** MQTT: what a device sends at once is read at once, and known by what stands out in it. */
    static Function<ByteBuf, byte[]> mqtt() {
        return received -> {
            String sent = received.readCharSequence(received.readableBytes(), StandardCharsets.ISO_8859_1)
                    .toString();
            if (sent.contains("api-version=")) {
                return new byte[] {0x20, 2, 0, 0};
            }
            if (sent.contains("$dps/registrations/res/#")) {
                return new byte[] {(byte) 0x90, 3, 0, 1, 1};
            }
            if (sent.contains("$dps/registrations/PUT/iotdps-register/?$rid=1")) {
                return publish("$dps/registrations/res/202/?$rid=1&retry-after=3", "assigning");
            }
            return sent.contains("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=4.a")
                    ? publish("$dps/registrations/res/200/?$rid=2", "assigned")
                    : new byte[0];
        };
    }

    private static byte[] publish(String topic, String status) {
        String body = "{\"operationId\":\"4.a\",\"status\":\"" + status + "\"}";
        return MqttFrames.bytes(new MqttPacket.Publish(topic, 1, 1, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] answer(String status, String body) {
        return ("HTTP/1.1 " + status + "\r\ncontent-type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }
}
