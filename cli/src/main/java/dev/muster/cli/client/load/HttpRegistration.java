package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A registration over HTTPS: PUT, then at once the GET that real clients send after {@code Retry-After}.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration">DPS: runtime registration</a>
 */
final class HttpRegistration implements Conversation {
    private static final String QUERY = String.join(
            "\r\n",
            "?api-version=2019-03-31 HTTP/1.1",
            "Host: localhost",
            "User-Agent: muster-bench",
            "Accept: application/json",
            "");

    private final String path;
    private final String registrationId;
    private boolean registered;

    HttpRegistration(String idScope, String registrationId) {
        this.path = "/" + idScope + "/registrations/" + registrationId;
        this.registrationId = registrationId;
    }

    @Override
    public byte[] open() {
        String body = "{\"registrationId\":\"" + registrationId + "\"}";
        return bytes("PUT " + path + "/register" + QUERY + "Content-Type: application/json; charset=utf-8\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Override
    public Step receive(ByteBuf received) {
        Optional<HttpAnswer> answer = HttpAnswer.take(received);
        if (answer.isEmpty()) {
            return new Step.Wait();
        }
        if (!registered) {
            registered = true;
            OperationAnswer operation =
                    OperationAnswer.parse(answer.get().require(202).body());
            return new Step.Send(bytes("GET " + path + "/operations/" + operation.operationId() + QUERY + "\r\n"));
        }
        OperationAnswer result = OperationAnswer.parse(answer.get().require(200).body());
        return new Step.Finish(new byte[0], result.requireAssigned(registrationId));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
