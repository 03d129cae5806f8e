package dev.muster.tpm;

/** What an object may be used for (TPM 2.0 part 2, section 8.3: TPMA_OBJECT). */
final class Attributes {
    static final int FIXED_TPM = 1 << 1;
    static final int FIXED_PARENT = 1 << 4;
    static final int USER_WITH_AUTH = 1 << 6;
    static final int NO_DICTIONARY_ATTACK_PROTECTION = 1 << 10;
    static final int RESTRICTED = 1 << 16;
    static final int DECRYPT = 1 << 17;
    static final int SIGN = 1 << 18;

    private Attributes() {}
}
