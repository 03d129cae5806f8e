package dev.muster.tpm;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.nio.ByteBuffer;

/** Reads the big-endian structures of a TPM (TPM 2.0 part 2); what is too short is refused. For one thread. */
final class TpmReader {
    private final ByteBuffer bytes;

    TpmReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    int unsigned16() {
        need(Short.BYTES);
        return Short.toUnsignedInt(bytes.getShort());
    }

    int signed32() {
        need(Integer.BYTES);
        return bytes.getInt();
    }

    /** A {@code TPM2B}: its size, then as many bytes. */
    byte[] sized() {
        int size = unsigned16();
        need(size);
        byte[] content = new byte[size];
        bytes.get(content);
        return content;
    }

    void end() {
        if (bytes.hasRemaining()) {
            throw malformed("it has " + bytes.remaining() + " bytes too many");
        }
    }

    private void need(int count) {
        if (bytes.remaining() < count) {
            throw malformed("it ends before it should");
        }
    }

    static Refusal malformed(String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The TPM key is no RSA 2048 storage key: " + rule + ".",
                new Explanation("TPM key", rule, "send the TPM2B_PUBLIC of the key, as the TPM gives it"));
    }
}
