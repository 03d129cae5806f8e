package dev.muster.hub;

import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.hub.DeviceIdentity.Authentication;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** How a device is to prove itself, as its owner writes it: keys that are left out are made, or kept. */
public sealed interface AuthenticationDraft {
    /** Thumbprints in hexadecimal, SHA-1 or SHA-256. */
    record SelfSigned(Optional<String> primaryThumbprint, Optional<String> secondaryThumbprint)
            implements AuthenticationDraft {}

    /** Keys in base64. */
    record Sas(Optional<String> primaryKey, Optional<String> secondaryKey) implements AuthenticationDraft {
        /** Keys are secrets, so the text form leaves them out. */
        @Override
        public String toString() {
            return "Sas";
        }
    }

    record CertificateAuthority() implements AuthenticationDraft {}

    /**
     * The authentication that this makes of the one before.
     *
     * @throws Refusal INVALID_ARGUMENT for a key or thumbprint that is none
     */
    default Authentication settle(Optional<Authentication> before, RandomGenerator random) {
        return switch (this) {
            case SelfSigned(Optional<String> primary, Optional<String> secondary) -> {
                primary.ifPresent(Check::thumbprint);
                secondary.ifPresent(Check::thumbprint);
                yield new Authentication.SelfSigned(primary, secondary);
            }
            case Sas(Optional<String> primary, Optional<String> secondary) -> {
                Optional<Authentication.Sas> kept =
                        before.filter(Authentication.Sas.class::isInstance).map(Authentication.Sas.class::cast);
                yield new Authentication.Sas(
                        primary.map(Check::key)
                                .or(() -> kept.map(Authentication.Sas::primaryKey))
                                .orElseGet(() -> Check.newKey(random)),
                        secondary
                                .map(Check::key)
                                .or(() -> kept.map(Authentication.Sas::secondaryKey))
                                .orElseGet(() -> Check.newKey(random)));
            }
            case CertificateAuthority() -> new Authentication.CertificateAuthority();
        };
    }

    /** What keys and thumbprints look like. */
    final class Check {
        private static final int MIN_KEY_BYTES = 16;
        private static final int MAX_KEY_BYTES = 64;
        private static final int NEW_KEY_BYTES = 32;
        private static final Pattern THUMBPRINT = Pattern.compile("[0-9A-Fa-f:]{40,95}");

        private Check() {}

        private static String key(String base64) {
            try {
                int length = Base64.getDecoder().decode(base64).length;
                if (length >= MIN_KEY_BYTES && length <= MAX_KEY_BYTES) {
                    return base64;
                }
            } catch (IllegalArgumentException e) {
                // Answered below like a key of the wrong length.
            }
            throw new Refusal(Reason.INVALID_ARGUMENT, "A symmetric key is base64 of 16 to 64 bytes.");
        }

        private static void thumbprint(String text) {
            int digits = text.replace(":", "").length();
            if (!THUMBPRINT.matcher(text).matches() || (digits != 40 && digits != 64)) {
                throw new Refusal(Reason.INVALID_ARGUMENT, "A thumbprint has 40 or 64 hexadecimal digits.");
            }
        }

        private static String newKey(RandomGenerator random) {
            byte[] key = new byte[NEW_KEY_BYTES];
            random.nextBytes(key);
            return Base64.getEncoder().encodeToString(key);
        }
    }
}
