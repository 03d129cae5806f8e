package dev.muster.tpm;

import java.io.ByteArrayOutputStream;

/** Writes the big-endian structures of a TPM (TPM 2.0 part 2). For one thread. */
final class TpmWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TpmWriter unsigned16(int value) {
        bytes.write(value >>> 8);
        bytes.write(value);
        return this;
    }

    TpmWriter unsigned32(int value) {
        return unsigned16(value >>> 16).unsigned16(value);
    }

    TpmWriter raw(byte[] content) {
        bytes.writeBytes(content);
        return this;
    }

    /** A {@code TPM2B}: its size, then as many bytes. */
    TpmWriter sized(byte[] content) {
        return unsigned16(content.length).raw(content);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
