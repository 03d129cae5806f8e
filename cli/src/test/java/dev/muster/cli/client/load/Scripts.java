package dev.muster.cli.client.load;

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

    /** MQTT: packets in the order of a registration. */
    static Function<ByteBuf, byte[]> mqtt() {
        return received -> {
            MqttPacket packet = MqttPacket.take(received).orElseThrow();
            return switch (packet.type()) {
                case 1 -> new byte[] {0x20, 2, 0, 0};
                case 8 -> new byte[] {(byte) 0x90, 3, 0, 1, 1};
                case 3 ->
                    packet.topic().startsWith("$dps/registrations/PUT/iotdps-register/?$rid=")
                            ? MqttPacket.publish(
                                    1,
                                    "$dps/registrations/res/202/?$rid=1&retry-after=3",
                                    "{\"operationId\":\"4.a\",\"status\":\"assigning\"}")
                            : MqttPacket.publish(
                                    2,
                                    "$dps/registrations/res/200/?$rid=2",
                                    "{\"operationId\":\"4.a\",\"status\":\"assigned\"}");
                default -> new byte[0];
            };
        };
    }

    private static byte[] answer(String status, String body) {
        return ("HTTP/1.1 " + status + "\r\ncontent-type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }
}
