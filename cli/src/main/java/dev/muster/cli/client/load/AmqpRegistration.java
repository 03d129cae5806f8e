package dev.muster.cli.client.load;

import dev.muster.cli.client.RefusedByServer;
import dev.muster.cli.client.load.AmqpFrames.Frame;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A registration over AMQP without SASL: everything up to the links in one go, the wish once there is credit, then at
 * once the poll.
 */
final class AmqpRegistration implements Conversation {
    private static final int WINDOW = 1000;
    private static final int ANSWERS = 0;
    private static final int REQUESTS = 1;

    private final String address;
    private final String registrationId;
    private Stage stage = Stage.ATTACHING;

    private enum Stage {
        ATTACHING,
        REGISTERING,
        POLLING
    }

    AmqpRegistration(String idScope, String registrationId) {
        this.address = idScope + "/registrations/" + registrationId;
        this.registrationId = registrationId;
    }

    static byte[] opening() {
        return AmqpFrames.frame(
                AmqpFrames.list(AmqpFrames.OPEN, AmqpFrames.text("bench"), AmqpFrames.text("localhost")));
    }

    static byte[] closing() {
        return AmqpFrames.frame(AmqpFrames.list(AmqpFrames.CLOSE));
    }

    @Override
    public byte[] open() {
        byte[] begin = AmqpFrames.list(
                AmqpFrames.BEGIN,
                AmqpFrames.NULL,
                AmqpFrames.unsigned(0),
                AmqpFrames.unsigned(WINDOW),
                AmqpFrames.unsigned(WINDOW));
        byte[] answers = AmqpFrames.list(
                AmqpFrames.ATTACH,
                AmqpFrames.text("answers"),
                AmqpFrames.unsigned(ANSWERS),
                AmqpFrames.bool(true),
                AmqpFrames.NULL,
                AmqpFrames.NULL,
                AmqpFrames.list(AmqpFrames.SOURCE, AmqpFrames.text(address)));
        byte[] requests = AmqpFrames.list(
                AmqpFrames.ATTACH,
                AmqpFrames.text("requests"),
                AmqpFrames.unsigned(REQUESTS),
                AmqpFrames.bool(false),
                AmqpFrames.NULL,
                AmqpFrames.NULL,
                AmqpFrames.NULL,
                AmqpFrames.list(AmqpFrames.TARGET, AmqpFrames.text(address)),
                AmqpFrames.NULL,
                AmqpFrames.NULL,
                AmqpFrames.unsigned(0));
        byte[] credit = AmqpFrames.list(
                AmqpFrames.FLOW,
                AmqpFrames.unsigned(0),
                AmqpFrames.unsigned(WINDOW),
                AmqpFrames.unsigned(0),
                AmqpFrames.unsigned(WINDOW),
                AmqpFrames.unsigned(ANSWERS),
                AmqpFrames.unsigned(0),
                AmqpFrames.unsigned(2));
        return AmqpFrames.concat(
                AmqpFrames.HEADER,
                opening(),
                AmqpFrames.frame(begin),
                AmqpFrames.frame(answers),
                AmqpFrames.frame(requests),
                AmqpFrames.frame(credit));
    }

    @Override
    public Step receive(ByteBuf received) {
        for (Optional<Frame> frame = AmqpFrames.take(received); frame.isPresent(); frame = AmqpFrames.take(received)) {
            Optional<Step> step = next(frame.get());
            if (step.isPresent()) {
                return step.get();
            }
        }
        return new Step.Wait();
    }

    /** Empty for frames that need nothing done. */
    private Optional<Step> next(Frame frame) {
        return switch (frame.performative()) {
            case AmqpFrames.FLOW -> stage == Stage.ATTACHING ? Optional.of(register()) : Optional.empty();
            case AmqpFrames.TRANSFER -> Optional.of(answered(OperationAnswer.parse(frame.data())));
            case AmqpFrames.DETACH, AmqpFrames.CLOSE -> throw new LoadException("AMQP ended: " + frame.text());
            case AmqpFrames.DISPOSITION -> {
                if (frame.text().contains("amqp:") || frame.text().contains("com.microsoft:")) {
                    throw new LoadException(
                            "the registration was rejected: " + frame.text(),
                            RefusedByServer.answer(0, error(frame.text())));
                }
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    /** The JSON that the description of the error is. */
    private static byte[] error(String text) {
        int start = text.indexOf("{\"");
        return start < 0
                ? new byte[0]
                : text.substring(start, text.lastIndexOf('}') + 1).getBytes(StandardCharsets.ISO_8859_1);
    }

    private Step register() {
        stage = Stage.REGISTERING;
        byte[] body = ("{\"registrationId\":\"" + registrationId + "\"}").getBytes(StandardCharsets.UTF_8);
        return transfer(0, property("iotdps-register"), AmqpFrames.described(AmqpFrames.DATA, AmqpFrames.binary(body)));
    }

    private Step answered(OperationAnswer answer) {
        if (stage == Stage.POLLING) {
            return new Step.Finish(closing(), answer.requireAssigned(registrationId));
        }
        stage = Stage.POLLING;
        return transfer(
                1, property("iotdps-get-operationstatus", "iotdps-operation-id", answer.operationId()), new byte[0]);
    }

    private static Step transfer(int id, byte[] properties, byte[] body) {
        byte[] transfer = AmqpFrames.list(
                AmqpFrames.TRANSFER,
                AmqpFrames.unsigned(REQUESTS),
                AmqpFrames.unsigned(id),
                AmqpFrames.binary(new byte[] {(byte) id}),
                AmqpFrames.unsigned(0),
                AmqpFrames.bool(false));
        return new Step.Send(AmqpFrames.frame(transfer, properties, body));
    }

    /** The type of the operation, and what else it needs: names and values in turn. */
    private static byte[] property(String type, String... further) {
        byte[][] texts = new byte[2 + further.length][];
        texts[0] = AmqpFrames.text("iotdps-operation-type");
        texts[1] = AmqpFrames.text(type);
        for (int index = 0; index < further.length; index++) {
            texts[2 + index] = AmqpFrames.text(further[index]);
        }
        return AmqpFrames.map(AmqpFrames.APPLICATION_PROPERTIES, texts);
    }
}
