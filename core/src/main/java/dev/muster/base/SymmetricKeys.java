package dev.muster.base;

/** Two keys, either of which proves as much as the other, so that one can be rolled while the other works. */
public record SymmetricKeys(SymmetricKey primary, SymmetricKey secondary) {
    /** The keys of one of the devices that share these, as {@link SymmetricKey#derive} makes them. */
    public SymmetricKeys derive(String registrationId) {
        return new SymmetricKeys(primary.derive(registrationId), secondary.derive(registrationId));
    }

    /** Whether either of them signed the token. */
    public boolean signed(SasToken token) {
        return token.isSignedWith(primary.base64()) || token.isSignedWith(secondary.base64());
    }
}
