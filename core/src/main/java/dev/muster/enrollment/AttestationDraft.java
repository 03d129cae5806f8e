package dev.muster.enrollment;

import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.pki.Certificate;
import dev.muster.tpm.TpmPublicKey;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The attestation of an enrollment as its owner writes it. Certificates are never shown once they are stored, so that
 * an owner who changes something else cannot send them back: what is left as it was is kept. So are keys.
 */
public sealed interface AttestationDraft {
    /** As long as the keys that Azure makes. */
    int NEW_KEY_BYTES = 64;

    /** The certificates of a device. */
    record ClientCertificates(Entry primary, Entry secondary) implements AttestationDraft {}

    /** The certificates of a group's authorities. */
    record SigningCertificates(Entry primary, Entry secondary) implements AttestationDraft {}

    /** The names of uploaded CA certificates. */
    record CertificateAuthorities(Slots<String> names) implements AttestationDraft {}

    /** Keys that are left out are made, or kept. */
    record SharedKeys(Optional<SymmetricKey> primary, Optional<SymmetricKey> secondary) implements AttestationDraft {}

    /** The public keys of a TPM. */
    record Tpm(TpmPublicKey endorsementKey, Optional<TpmPublicKey> storageRootKey) implements AttestationDraft {}

    /** One place for a certificate. */
    sealed interface Entry {
        /** This certificate from now on. */
        record Given(Certificate certificate) implements Entry {}

        /** The one that is stored already. */
        record Kept() implements Entry {}

        /** None. */
        record Empty() implements Entry {}

        private @Nullable Certificate settle(@Nullable Certificate stored) {
            return switch (this) {
                case Given(Certificate certificate) -> certificate;
                case Kept() -> {
                    if (stored == null) {
                        throw new Refusal(Reason.INVALID_ARGUMENT, "The certificate is missing.");
                    }
                    yield stored;
                }
                case Empty() -> null;
            };
        }
    }

    /**
     * The attestation that this makes of the one before.
     *
     * @throws Refusal INVALID_ARGUMENT when nothing would be left to attest with
     */
    default Attestation settle(Optional<Attestation> before, RandomGenerator random) {
        return switch (this) {
            case ClientCertificates(Entry primary, Entry secondary) ->
                new Attestation.ClientCertificates(settle(
                        primary,
                        secondary,
                        before.orElse(null) instanceof Attestation.ClientCertificates(var stored) ? stored : null));
            case SigningCertificates(Entry primary, Entry secondary) ->
                new Attestation.SigningCertificates(settle(
                        primary,
                        secondary,
                        before.orElse(null) instanceof Attestation.SigningCertificates(var stored) ? stored : null));
            case CertificateAuthorities(Slots<String> names) -> new Attestation.CertificateAuthorities(names);
            case Tpm(TpmPublicKey endorsementKey, Optional<TpmPublicKey> storageRootKey) ->
                new Attestation.Tpm(endorsementKey, storageRootKey);
            case SharedKeys(var primary, var secondary) -> {
                Optional<SymmetricKeys> kept = before.orElse(null) instanceof Attestation.SharedKeys(SymmetricKeys keys)
                        ? Optional.of(keys)
                        : Optional.empty();
                yield new Attestation.SharedKeys(new SymmetricKeys(
                        primary.or(() -> kept.map(SymmetricKeys::primary)).orElseGet(() -> newKey(random)),
                        secondary.or(() -> kept.map(SymmetricKeys::secondary)).orElseGet(() -> newKey(random))));
            }
        };
    }

    private static SymmetricKey newKey(RandomGenerator random) {
        return SymmetricKey.random(NEW_KEY_BYTES, random);
    }

    private static Slots<Certificate> settle(Entry primary, Entry secondary, @Nullable Slots<Certificate> stored) {
        Certificate first = primary.settle(stored == null ? null : stored.primary());
        Certificate second = secondary.settle(stored == null ? null : stored.secondary());
        if (first == null && second == null) {
            throw new Refusal(Reason.INVALID_ARGUMENT, "A primary or a secondary certificate is required.");
        }
        return new Slots<>(first, second);
    }
}
