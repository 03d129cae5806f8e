package dev.muster.server.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts the stream into packets and reads each once it is whole, up to the first that breaks a rule. Netty's decoder
 * does not do for strangers: it reads a packet anew with each part that arrives, waits for bytes beyond the packet's
 * end when a string claims to have them, and refuses packet id 0, which the C# SDK acknowledges. One for each
 * connection, on its event loop.
 */
final class PacketDecoder extends ByteToMessageDecoder {
    /** Before CONNECT anybody may send: room for two identifiers, a token and a small will. */
    static final int MAX_CONNECT_BYTES = 8 * 1024;

    private static final int CONNECT = 1;
    private static final int MAX_LENGTH_BYTES = 4;

    private final int maxPacketBytes;
    private boolean connected;
    private boolean broken;

    PacketDecoder(int maxPacketBytes) {
        this.maxPacketBytes = maxPacketBytes;
    }

    /** A rule of MQTT 3.1.1 that a packet breaks. */
    private static final class BrokenRule extends RuntimeException {
        BrokenRule(String rule) {
            super(rule, null, false, false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            next(in).ifPresent(out::add);
        } catch (BrokenRule e) {
            out.add(stop(in, String.valueOf(e.getMessage())));
        } catch (IndexOutOfBoundsException e) {
            out.add(stop(in, "a packet whose fields are longer than itself"));
        }
    }

    private Packet stop(ByteBuf in, String rule) {
        broken = true;
        in.skipBytes(in.readableBytes());
        return new Packet.Violation(rule);
    }

    /** Empty as long as more bytes are needed. */
    private Optional<Packet> next(ByteBuf in) {
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int type = first >> 4;
        check(connected || type == CONNECT, "the first packet is no CONNECT");
        int length = 0;
        int lengthBytes = 0;
        int digit;
        do {
            check(lengthBytes < MAX_LENGTH_BYTES, "a length of more than four bytes");
            if (in.readableBytes() < lengthBytes + 2) {
                return Optional.empty();
            }
            digit = in.getUnsignedByte(start + lengthBytes + 1);
            length |= (digit & 0x7F) << (7 * lengthBytes);
            lengthBytes++;
        } while (digit >= 0x80);
        check(length <= (connected ? maxPacketBytes : MAX_CONNECT_BYTES), "a packet of " + length + " bytes");
        int headerBytes = 1 + lengthBytes;
        if (in.readableBytes() < headerBytes + length) {
            return Optional.empty();
        }
        connected = true;
        in.skipBytes(headerBytes);
        return Optional.of(packet(type, first & 0x0F, in.readSlice(length)));
    }

    private static Packet packet(int type, int flags, ByteBuf body) {
        return switch (type) {
            case CONNECT -> whole(connect(flags, body), body);
            case 3 -> publish(flags, body);
            case 4 -> whole(acknowledgement(flags, body), body);
            case 8 -> subscribe(flags, body);
            case 10 -> unsubscribe(flags, body);
            case 12 -> whole(plain(flags, new Packet.Ping()), body);
            case 14 -> whole(plain(flags, new Packet.Disconnect()), body);
            default -> throw new BrokenRule("a packet of type " + type);
        };
    }

    /** MQTT 3.1.1 section 3.1. */
    private static Packet connect(int flags, ByteBuf body) {
        plain(flags, body);
        String protocol = string(body);
        int level = body.readUnsignedByte();
        if (!protocol.equals("MQTT") || level != 4) {
            body.skipBytes(body.readableBytes());
            return new Packet.OtherProtocol();
        }
        int fields = body.readUnsignedByte();
        boolean hasWill = (fields & 0x04) != 0;
        int willQualityOfService = (fields >> 3) & 3;
        boolean willRetained = (fields & 0x20) != 0;
        boolean hasPassword = (fields & 0x40) != 0;
        boolean hasUserName = (fields & 0x80) != 0;
        check((fields & 0x01) == 0, "the reserved flag of CONNECT");
        check(
                willQualityOfService < 3 && (hasWill || (willQualityOfService == 0 && !willRetained)),
                "the will's flags");
        check(hasUserName || !hasPassword, "a password without a user name");
        int keepAliveSeconds = body.readUnsignedShort();
        String clientId = string(body);
        Optional<Packet.Publish> will = hasWill
                ? Optional.of(new Packet.Publish(topic(body), data(body), willQualityOfService, willRetained, 0))
                : Optional.empty();
        return new Packet.Connect(
                clientId,
                hasUserName ? Optional.of(string(body)) : Optional.empty(),
                hasPassword ? Optional.of(new String(data(body), StandardCharsets.UTF_8)) : Optional.empty(),
                keepAliveSeconds,
                will);
    }

    /** Section 3.3; quality of service 2 is one that neither service has. */
    private static Packet publish(int flags, ByteBuf body) {
        int qualityOfService = (flags >> 1) & 3;
        check(qualityOfService < 2, "PUBLISH with quality of service " + qualityOfService);
        String topic = topic(body);
        int packetId = qualityOfService == 0 ? 0 : packetId(body);
        byte[] payload = new byte[body.readableBytes()];
        body.readBytes(payload);
        return new Packet.Publish(topic, payload, qualityOfService, (flags & 1) != 0, packetId);
    }

    /** Section 3.4; the packet id may be 0, which is how the C# SDK acknowledges what needs no acknowledgement. */
    private static Packet acknowledgement(int flags, ByteBuf body) {
        body.readUnsignedShort();
        return plain(flags, new Packet.Acknowledgement());
    }

    /** Section 3.8. */
    private static Packet subscribe(int flags, ByteBuf body) {
        check(flags == 2, "the flags of SUBSCRIBE");
        int packetId = packetId(body);
        List<Packet.Subscription> subscriptions = new ArrayList<>();
        do {
            String filter = string(body);
            int qualityOfService = body.readUnsignedByte();
            check(qualityOfService < 3, "SUBSCRIBE with quality of service " + qualityOfService);
            subscriptions.add(new Packet.Subscription(filter, qualityOfService));
            check(subscriptions.size() <= Packet.MAX_FILTERS, "SUBSCRIBE with too many filters");
        } while (body.isReadable());
        return new Packet.Subscribe(packetId, subscriptions);
    }

    /** Section 3.10. */
    private static Packet unsubscribe(int flags, ByteBuf body) {
        check(flags == 2, "the flags of UNSUBSCRIBE");
        int packetId = packetId(body);
        List<String> filters = new ArrayList<>();
        do {
            filters.add(string(body));
            check(filters.size() <= Packet.MAX_FILTERS, "UNSUBSCRIBE with too many filters");
        } while (body.isReadable());
        return new Packet.Unsubscribe(packetId, filters);
    }

    /** Section 4.7.3: a name of at least one character, without wildcards. */
    private static String topic(ByteBuf body) {
        String topic = string(body);
        check(
                !topic.isEmpty() && topic.indexOf('#') < 0 && topic.indexOf('+') < 0,
                "a topic that is empty or a filter");
        return topic;
    }

    /** Section 1.5.3: well-formed UTF-8 without the null character. */
    private static String string(ByteBuf body) {
        int length = body.readUnsignedShort();
        int start = body.readerIndex();
        body.skipBytes(length);
        check(ByteBufUtil.isText(body, start, length, StandardCharsets.UTF_8), "a string that is not UTF-8");
        String text = body.toString(start, length, StandardCharsets.UTF_8);
        check(text.indexOf(0) < 0, "a string with a null character");
        return text;
    }

    private static byte[] data(ByteBuf body) {
        byte[] data = new byte[body.readUnsignedShort()];
        body.readBytes(data);
        return data;
    }

    /** Section 2.3.1. */
    private static int packetId(ByteBuf body) {
        int packetId = body.readUnsignedShort();
        check(packetId != 0, "packet id 0");
        return packetId;
    }

    private static <T> T plain(int flags, T packet) {
        check(flags == 0, "a reserved flag");
        return packet;
    }

    private static Packet whole(Packet packet, ByteBuf body) {
        check(!body.isReadable(), "a packet that is longer than its fields");
        return packet;
    }

    private static void check(boolean holds, String rule) {
        if (!holds) {
            throw new BrokenRule(rule);
        }
    }
}
