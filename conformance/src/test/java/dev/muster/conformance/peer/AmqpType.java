package dev.muster.conformance.peer;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The AMQP type system as far as the tests need it: {@link Integer} stands for uint, {@link Long} for ulong and
 * {@link Signed} for int.
 *
 * @see <a href="https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-types-v1.0-os.html">AMQP 1.0 part 1</a>
 */
public final class AmqpType {
    private AmqpType() {}

    public record Symbol(String name) {}

    public record Signed(int value) {}

    /** A described type; of a list its fields, where trailing ones may be missing. */
    public record Described(long code, @Nullable Object value) {
        public static Described list(long code, @Nullable Object... fields) {
            return new Described(code, new ArrayList<>(Arrays.asList(fields)));
        }

        @Nullable
        public Object field(int index) {
            List<?> fields = (List<?>) value;
            return fields != null && index < fields.size() ? fields.get(index) : null;
        }
    }

    static byte[] encode(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(new DataOutputStream(bytes), value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeByte(0x40);
            case Boolean flag -> out.writeByte(flag ? 0x41 : 0x42);
            case Byte number -> {
                out.writeByte(0x50);
                out.writeByte(number);
            }
            case Short number -> {
                out.writeByte(0x60);
                out.writeShort(number);
            }
            case Integer number -> {
                out.writeByte(0x70);
                out.writeInt(number);
            }
            case Signed(int number) -> {
                out.writeByte(0x71);
                out.writeInt(number);
            }
            case Long number -> {
                out.writeByte(0x80);
                out.writeLong(number);
            }
            case UUID id -> {
                out.writeByte(0x98);
                out.writeLong(id.getMostSignificantBits());
                out.writeLong(id.getLeastSignificantBits());
            }
            case byte[] binary -> writeBytes(out, 0xB0, binary);
            case String text -> writeBytes(out, 0xB1, text.getBytes(StandardCharsets.UTF_8));
            case Symbol(String name) -> writeBytes(out, 0xB3, name.getBytes(StandardCharsets.US_ASCII));
            case Described(long code, Object inner) -> {
                out.writeByte(0);
                write(out, code);
                write(out, inner);
            }
            case List<?> list -> writeCompound(out, 0xD0, list);
            case Map<?, ?> map -> {
                List<Object> pairs = new ArrayList<>();
                map.forEach((key, entry) -> {
                    pairs.add(key);
                    pairs.add(entry);
                });
                writeCompound(out, 0xD1, pairs);
            }
            default -> throw new IllegalArgumentException(value.getClass().getName());
        }
    }

    private static void writeBytes(DataOutputStream out, int constructor, byte[] bytes) throws IOException {
        out.writeByte(constructor);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void writeCompound(DataOutputStream out, int constructor, List<?> items) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (Object item : items) {
            write(new DataOutputStream(content), item);
        }
        out.writeByte(constructor);
        out.writeInt(content.size() + 4);
        out.writeInt(items.size());
        content.writeTo(out);
    }

    static @Nullable Object read(DataInputStream in) throws IOException {
        int constructor = in.readUnsignedByte();
        return switch (constructor) {
            case 0x00 -> new Described(((Number) notNull(read(in))).longValue(), read(in));
            case 0x40 -> null;
            case 0x41 -> true;
            case 0x42 -> false;
            case 0x56 -> in.readByte() != 0;
            case 0x50 -> in.readByte();
            case 0x60 -> in.readShort();
            case 0x43 -> 0;
            case 0x52 -> in.readUnsignedByte();
            case 0x70 -> in.readInt();
            case 0x54 -> new Signed(in.readByte());
            case 0x71 -> new Signed(in.readInt());
            case 0x44 -> 0L;
            case 0x53 -> (long) in.readUnsignedByte();
            case 0x80 -> in.readLong();
            case 0x98 -> new UUID(in.readLong(), in.readLong());
            case 0xA0 -> in.readNBytes(in.readUnsignedByte());
            case 0xB0 -> in.readNBytes(in.readInt());
            case 0xA1 -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            case 0xB1 -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            case 0xA3 -> new Symbol(new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII));
            case 0xB3 -> new Symbol(new String(in.readNBytes(in.readInt()), StandardCharsets.US_ASCII));
            case 0x45 -> List.of();
            case 0xC0 -> list(in, count8(in));
            case 0xD0 -> list(in, count32(in));
            case 0xC1 -> map(in, count8(in));
            case 0xD1 -> map(in, count32(in));
            case 0xE0 -> array(in, count8(in));
            case 0xF0 -> array(in, count32(in));
            default -> throw new IllegalArgumentException("type 0x" + Integer.toHexString(constructor));
        };
    }

    /** What follows the size of a compound type. */
    private static int count8(DataInputStream in) throws IOException {
        in.readUnsignedByte();
        return in.readUnsignedByte();
    }

    private static int count32(DataInputStream in) throws IOException {
        in.readInt();
        return in.readInt();
    }

    private static List<@Nullable Object> list(DataInputStream in, int count) throws IOException {
        List<@Nullable Object> items = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            items.add(read(in));
        }
        return items;
    }

    private static Map<@Nullable Object, @Nullable Object> map(DataInputStream in, int count) throws IOException {
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (int index = 0; index < count; index += 2) {
            entries.put(read(in), read(in));
        }
        return entries;
    }

    /** Of symbols, which are the only arrays that come. */
    private static List<Symbol> array(DataInputStream in, int count) throws IOException {
        boolean small = in.readUnsignedByte() == 0xA3;
        List<Symbol> items = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            items.add(new Symbol(new String(
                    in.readNBytes(small ? in.readUnsignedByte() : in.readInt()), StandardCharsets.US_ASCII)));
        }
        return items;
    }

    private static Object notNull(@Nullable Object value) {
        return Objects.requireNonNull(value);
    }
}
