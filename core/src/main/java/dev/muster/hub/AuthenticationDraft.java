package dev.muster.hub;

import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.hub.DeviceIdentity.Authentication;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** How a device is to prove itself, as its owner writes it: keys that are left out are made, or kept. */
public sealed interface AuthenticationDraft {
    int NEW_KEY_BYTES = 32;

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
                        primary.map(key -> new SymmetricKey(key).base64())
                                .or(() -> kept.map(Authentication.Sas::primaryKey))
                                .orElseGet(() -> newKey(random)),
                        secondary
                                .map(key -> new SymmetricKey(key).base64())
                                .or(() -> kept.map(Authentication.Sas::secondaryKey))
                                .orElseGet(() -> newKey(random)));
            }
            case CertificateAuthority() -> new Authentication.CertificateAuthority();
        };
    }

    private static String newKey(RandomGenerator random) {
        return SymmetricKey.random(NEW_KEY_BYTES, random).base64();
    }

    /** What thumbprints look like. */
    final class Check {
        private static final Pattern THUMBPRINT = Pattern.compile("[0-9A-Fa-f:]{40,95}");

        private Check() {}

        private static void thumbprint(String text) {
            int digits = text.replace(":", "").length();
            if (!THUMBPRINT.matcher(text).matches() || (digits != 40 && digits != 64)) {
                throw new Refusal(Reason.INVALID_ARGUMENT, "A thumbprint has 40 or 64 hexadecimal digits.");
            }
        }
    }
}
