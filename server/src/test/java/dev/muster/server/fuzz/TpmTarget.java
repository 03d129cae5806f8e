package dev.muster.server.fuzz;

import dev.muster.base.Refusal;
import dev.muster.tpm.KeyImport;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** The keys of a TPM, and the challenge that is sealed for them. */
final class TpmTarget implements FuzzTarget {
    private static final TpmPublicKey GOOD = TpmPublicKey.parse(key());

    /** TPM2B_PUBLIC of an RSA 2048 storage key, TPM 2.0 part 2 section 12.2. */
    private static byte[] key() {
        ByteBuffer key = ByteBuffer.allocate(316);
        key.putShort((short) 314).put(HexFormat.of().parseHex("0001000b00030012"));
        key.putShort((short) 32).put(new byte[32]);
        key.put(HexFormat.of().parseHex("00060080004300100800" + "00000000"));
        key.putShort((short) 256);
        while (key.hasRemaining()) {
            key.put((byte) -1);
        }
        return key.array();
    }

    static String key64() {
        return Base64.getEncoder().encodeToString(key());
    }

    @Override
    public List<byte[]> samples() {
        return List.of(key());
    }

    @Override
    public void take(byte[] input) {
        try {
            TpmPublicKey key = TpmPublicKey.parse(input);
            KeyImport.seal(new TpmKeys(key, GOOD), new byte[32], new byte[4], new Random(1));
            KeyImport.seal(new TpmKeys(GOOD, key), new byte[32], new byte[4], new Random(1));
        } catch (Refusal refusal) {
            // As it should.
        }
    }
}
