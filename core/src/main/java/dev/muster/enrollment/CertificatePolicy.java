package dev.muster.enrollment;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an enrollment says of certificates that its devices are given when they register. Immutable.
 *
 * @param issuer the name of the authority that issues one to a device that asks; empty: none does
 * @param trustBundle the id of the certificates that devices of the preview 2021 are told to trust
 */
public record CertificatePolicy(Optional<String> issuer, Optional<String> trustBundle) {
    private static final String CREDENTIAL_POLICY = "credentialPolicyName";
    private static final String ISSUANCE_POLICY = "clientCertificateIssuancePolicy";
    private static final String AUTHORITY = "certificateAuthorityName";
    private static final String TRUST_BUNDLE = "trustBundleId";

    /** @param further as {@link Enrollment#further}; what is not as Azure writes it says nothing */
    static CertificatePolicy of(Map<String, Object> further) {
        return new CertificatePolicy(issuers(further).findFirst(), text(further.get(TRUST_BUNDLE)));
    }

    /** The newer preview's first. */
    static Stream<String> issuers(Map<String, Object> further) {
        return Stream.of(
                        text(further.get(CREDENTIAL_POLICY)),
                        further.get(ISSUANCE_POLICY) instanceof Map<?, ?> policy
                                ? text(policy.get(AUTHORITY))
                                : Optional.<String>empty())
                .flatMap(Optional::stream);
    }

    private static Optional<String> text(@Nullable Object value) {
        return value instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }
}
