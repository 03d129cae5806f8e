package dev.muster.tpm;

import java.util.random.RandomGenerator;

/**
 * A key for HMAC-SHA256, sealed so that one TPM alone can make it its own and nobody can read it: what the provisioning
 * service calls an authentication key. The device gives parts 1 and 2 to TPM2_ActivateCredential, which answers with
 * the inner wrap's key; that and parts 3 to 5 to TPM2_Import, which puts the key under its storage root key. Stateless.
 *
 * @see <a href="https://trustedcomputinggroup.org/resource/tpm-library-specification/">TPM 2.0 part 1, sections 23
 *     (duplication) and 24 (credential protection)</a>
 */
public final class KeyImport {
    private static final int INNER_KEY_BYTES = 16;

    private KeyImport() {}

    /**
     * Seals a key.
     *
     * @param keys of the TPM
     * @param secret the key, at most 64 bytes
     * @param note goes along encrypted, and SDKs read it without using it
     * @return six structures, each of which says its size: TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET, TPM2B_PRIVATE,
     *     TPM2B_ENCRYPTED_SECRET, TPM2B_PUBLIC and TPM2B_DATA; with keys of 2048 bits some 800 bytes
     */
    public static byte[] seal(TpmKeys keys, byte[] secret, byte[] note, RandomGenerator random) {
        byte[] innerKey = random(INNER_KEY_BYTES, random);
        TpmPublicKey endorsementKey = keys.endorsementKey();
        byte[] identitySeed = random(TpmCrypto.HASH_BYTES, random);
        byte[] credential = outerWrap(
                endorsementKey,
                identitySeed,
                keys.storageRootKey().name(),
                new TpmWriter().sized(innerKey).bytes());

        byte[] obfuscation = random(TpmCrypto.HASH_BYTES, random);
        byte[] area = publicArea(obfuscation, secret);
        byte[] parentSeed = random(TpmCrypto.HASH_BYTES, random);
        byte[] duplicate = outerWrap(
                keys.storageRootKey(),
                parentSeed,
                TpmCrypto.name(area),
                innerWrap(innerKey, TpmCrypto.name(area), sensitiveArea(obfuscation, secret)));

        return new TpmWriter()
                .sized(credential)
                .sized(TpmCrypto.encrypt(endorsementKey.key(), "IDENTITY", identitySeed))
                .sized(duplicate)
                .sized(TpmCrypto.encrypt(keys.storageRootKey().key(), "DUPLICATE", parentSeed))
                .sized(area)
                .sized(TpmCrypto.encrypt(innerKey, note))
                .bytes();
    }

    /** TPMT_PUBLIC of a key that may sign, and that whoever may use the parent may use. */
    private static byte[] publicArea(byte[] obfuscation, byte[] secret) {
        return new TpmWriter()
                .unsigned16(Algorithms.KEYED_HASH)
                .unsigned16(Algorithms.SHA256)
                .unsigned32(Attributes.USER_WITH_AUTH | Attributes.NO_DICTIONARY_ATTACK_PROTECTION | Attributes.SIGN)
                .sized(new byte[0])
                .unsigned16(Algorithms.HMAC)
                .unsigned16(Algorithms.SHA256)
                .sized(TpmCrypto.sha256(obfuscation, secret))
                .bytes();
    }

    /** TPM2B_SENSITIVE. */
    private static byte[] sensitiveArea(byte[] obfuscation, byte[] secret) {
        byte[] sensitive = new TpmWriter()
                .unsigned16(Algorithms.KEYED_HASH)
                .sized(new byte[0])
                .sized(obfuscation)
                .sized(secret)
                .bytes();
        return new TpmWriter().sized(sensitive).bytes();
    }

    /** Part 1, section 23.3.2.3. */
    private static byte[] innerWrap(byte[] key, byte[] name, byte[] sensitive) {
        return TpmCrypto.encrypt(
                key,
                new TpmWriter()
                        .sized(TpmCrypto.sha256(sensitive, name))
                        .raw(sensitive)
                        .bytes());
    }

    /** Encrypts and authenticates with keys of a seed that only the protector can read (sections 23.3.2.4 and 24.5). */
    private static byte[] outerWrap(TpmPublicKey protector, byte[] seed, byte[] name, byte[] content) {
        byte[] encrypted =
                TpmCrypto.encrypt(TpmCrypto.deriveKey(seed, "STORAGE", name, protector.symmetricBits()), content);
        byte[] integrityKey = TpmCrypto.deriveKey(seed, "INTEGRITY", new byte[0], TpmCrypto.HASH_BYTES * Byte.SIZE);
        return new TpmWriter()
                .sized(TpmCrypto.hmac(integrityKey, encrypted, name))
                .raw(encrypted)
                .bytes();
    }

    private static byte[] random(int bytes, RandomGenerator random) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return some;
    }
}
