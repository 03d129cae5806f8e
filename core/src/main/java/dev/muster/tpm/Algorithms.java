package dev.muster.tpm;

/** Algorithm identifiers (TPM 2.0 part 2, section 6.3: TPM_ALG_ID). */
final class Algorithms {
    static final int RSA = 0x0001;
    static final int HMAC = 0x0005;
    static final int AES = 0x0006;
    static final int KEYED_HASH = 0x0008;
    static final int SHA256 = 0x000B;
    static final int NULL = 0x0010;
    static final int CFB = 0x0043;

    private Algorithms() {}
}
