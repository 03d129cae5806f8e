package dev.muster.attestation;

import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.RegistrationId;
import dev.muster.tpm.KeyImport;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * The keys that TPMs are challenged to take in. Nothing of a challenge is stored: its key follows from a secret of the
 * service, the device and the hour, so that any node knows it, also after a restart. Thread-safe.
 */
public final class TpmChallenges {
    /** A token lives for an hour at most and is polled with for minutes, so this hour and the last are enough. */
    private static final Duration PERIOD = Duration.ofHours(1);

    private final byte[] secret;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param secret the same on every node and after every restart */
    public TpmChallenges(byte[] secret, InstantSource clock, RandomGenerator random) {
        this.secret = secret.clone();
        this.clock = clock;
        this.random = random;
    }

    /** The key of this hour, as {@link KeyImport#seal} seals it. */
    byte[] seal(RegistrationId id, TpmKeys tpm) {
        byte[] key = Base64.getDecoder()
                .decode(key(id, tpm.endorsementKey(), clock.instant()).base64());
        return KeyImport.seal(tpm, key, id.key().getBytes(StandardCharsets.UTF_8), random);
    }

    /** The keys that the device may have taken in: of this hour and of the last. */
    SymmetricKeys keys(RegistrationId id, TpmPublicKey endorsementKey) {
        Instant now = clock.instant();
        return new SymmetricKeys(key(id, endorsementKey, now), key(id, endorsementKey, now.minus(PERIOD)));
    }

    private SymmetricKey key(RegistrationId id, TpmPublicKey endorsementKey, Instant time) {
        String text = id.key() + "\n" + endorsementKey.base64() + "\n" + time.getEpochSecond() / PERIOD.toSeconds();
        return SymmetricKey.of(SasToken.hmac(secret, text.getBytes(StandardCharsets.UTF_8)));
    }
}
