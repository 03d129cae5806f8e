package dev.muster.cli.client.load;

import dev.muster.cli.client.MqttCodec;
import dev.muster.cli.client.MqttPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** MQTT packets in bytes that come in pieces. Stateless. */
final class MqttFrames {
    private static final int MAX_LENGTH_BYTES = 4;

    private MqttFrames() {}

    /** Empty until the whole packet has been received. */
    static Optional<MqttPacket> take(ByteBuf received) {
        if (!isWhole(received)) {
            return Optional.empty();
        }
        try {
            return Optional.of(MqttCodec.read(new ByteBufInputStream(received)));
        } catch (IOException e) {
            throw new LoadException("no MQTT packet: " + e.getMessage(), e);
        }
    }

    static byte[] bytes(MqttPacket... packets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (MqttPacket packet : packets) {
                bytes.write(MqttCodec.encode(packet));
            }
        } catch (IOException e) {
            throw new LoadException("an MQTT packet cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /** OASIS MQTT 3.1.1 section 2.2.3: after the first byte the length, seven bits a byte, lowest first. */
    private static boolean isWhole(ByteBuf received) {
        int first = received.readerIndex() + 1;
        int length = 0;
        for (int index = 0; index < MAX_LENGTH_BYTES; index++) {
            if (first + index >= received.writerIndex()) {
                return false;
            }
            int part = received.getUnsignedByte(first + index);
            length |= (part & 0x7F) << (7 * index);
            if (part < 0x80) {
                return received.writerIndex() - first - index - 1 >= length;
            }
        }
        // A malformed length is the codec's to refuse.
        return true;
    }
}
