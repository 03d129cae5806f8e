package dev.muster.server.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/** What a device asks in a message. */
sealed interface ProvisioningRequest {
    /** @param body JSON, or nothing */
    record Register(byte[] body) implements ProvisioningRequest {}

    record Result(String operationId) implements ProvisioningRequest {}

    /** @param rule which it broke, for the device */
    record Unknown(String rule) implements ProvisioningRequest {}

    static ProvisioningRequest of(Message message) {
        ApplicationProperties properties = message.getApplicationProperties();
        Map<String, Object> named = properties == null ? Map.of() : properties.getValue();
        return switch (String.valueOf(named.get("iotdps-operation-type"))) {
            case "iotdps-register" -> new Register(body(message.getBody()));
            case "iotdps-get-operationstatus" ->
                named.get("iotdps-operation-id") instanceof String id
                        ? new Result(id)
                        : new Unknown("The message lacks the property iotdps-operation-id.");
            default ->
                new Unknown(
                        "The property iotdps-operation-type must be iotdps-register or iotdps-get-operationstatus.");
        };
    }

    private static byte[] body(@Nullable Section section) {
        return switch (section) {
            case Data data -> bytes(data.getValue());
            case AmqpValue value ->
                switch (value.getValue()) {
                    case String text -> text.getBytes(StandardCharsets.UTF_8);
                    case Binary binary -> bytes(binary);
                    case null, default -> new byte[0];
                };
            case null, default -> new byte[0];
        };
    }

    private static byte[] bytes(@Nullable Binary binary) {
        return Optional.ofNullable(binary)
                .map(some -> {
                    byte[] copy = new byte[some.getLength()];
                    some.asByteBuffer().get(copy);
                    return copy;
                })
                .orElseGet(() -> new byte[0]);
    }
}
