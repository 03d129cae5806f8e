package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.jspecify.annotations.Nullable;

/**
 * For which certificates and reasons a CRL speaks (RFC 5280 section 5.2.5). Immutable.
 *
 * @param names of the distribution points that it is at; empty: of all
 * @param reasons as bits of {@link ReasonFlags}
 */
record Scope(
        Set<GeneralName> names,
        boolean leaves,
        boolean authorities,
        boolean attributes,
        boolean indirect,
        int reasons) {
    /** Every reason that a certificate can be revoked for. */
    static final int ALL_REASONS = ReasonFlags.keyCompromise
            | ReasonFlags.cACompromise
            | ReasonFlags.affiliationChanged
            | ReasonFlags.superseded
            | ReasonFlags.cessationOfOperation
            | ReasonFlags.certificateHold
            | ReasonFlags.privilegeWithdrawn
            | ReasonFlags.aACompromise;

    Scope {
        names = Set.copyOf(names);
    }

    /** Of a list without the extension. */
    static Scope everything() {
        return new Scope(Set.of(), false, false, false, false, ALL_REASONS);
    }

    /** @throws IllegalArgumentException as Bouncy Castle does */
    static Scope of(byte[] extension, X500Name issuer) {
        IssuingDistributionPoint point = IssuingDistributionPoint.getInstance(
                ASN1OctetString.getInstance(extension).getOctets());
        return new Scope(
                names(point.getDistributionPoint(), issuer),
                point.onlyContainsUserCerts(),
                point.onlyContainsCACerts(),
                point.onlyContainsAttributeCerts(),
                point.isIndirectCRL(),
                reasons(point.getOnlySomeReasons()));
    }

    /** Whether it speaks for what a certificate says is at one of its distribution points. */
    boolean covers(Certificate certificate, Place place) {
        boolean kind =
                !attributes && !(leaves && certificate.isAuthority()) && !(authorities && !certificate.isAuthority());
        Set<GeneralName> wanted = place.names().isEmpty() ? place.issuers() : place.names();
        return kind && (names.isEmpty() || wanted.stream().anyMatch(names::contains));
    }

    /**
     * Where a certificate says that its revocation would be published (RFC 5280 section 4.2.1.13).
     *
     * @param issuers of the list, where others than the certificate's own
     */
    record Place(Set<GeneralName> names, Set<GeneralName> issuers, int reasons) {
        Place {
            names = Set.copyOf(names);
            issuers = Set.copyOf(issuers);
        }

        static Place of(DistributionPoint point, X500Name certificateIssuer) {
            Set<GeneralName> issuers = set(point.getCRLIssuer());
            X500Name base = issuers.stream()
                    .flatMap(name -> directoryName(name).stream())
                    .findFirst()
                    .orElse(certificateIssuer);
            return new Place(
                    Scope.names(point.getDistributionPoint(), base), issuers, Scope.reasons(point.getReasons()));
        }

        /** Of lists that no certificate points to: those of its issuer (RFC 5280 section 6.3.3). */
        static Place implied(X500Name certificateIssuer) {
            return new Place(Set.of(new GeneralName(certificateIssuer)), Set.of(), ALL_REASONS);
        }

        /** Whether a list by this issuer, with this scope, may be there. */
        boolean expects(X500Name issuer, X500Name certificateIssuer, Scope scope) {
            return issuers.isEmpty()
                    ? issuer.equals(certificateIssuer)
                    : scope.indirect() && issuers.contains(new GeneralName(issuer));
        }
    }

    private static Optional<X500Name> directoryName(GeneralName name) {
        return name.getTagNo() == GeneralName.directoryName
                ? Optional.of(X500Name.getInstance(name.getName()))
                : Optional.empty();
    }

    private static Set<GeneralName> names(@Nullable DistributionPointName name, X500Name base) {
        if (name == null) {
            return Set.of();
        }
        if (name.getType() == DistributionPointName.FULL_NAME) {
            return set(GeneralNames.getInstance(name.getName()));
        }
        RDN[] relative = Arrays.copyOf(base.getRDNs(), base.getRDNs().length + 1);
        relative[relative.length - 1] = RDN.getInstance(name.getName());
        return Set.of(new GeneralName(new X500Name(relative)));
    }

    private static Set<GeneralName> set(@Nullable GeneralNames names) {
        return names == null ? Set.of() : new HashSet<>(List.of(names.getNames()));
    }

    private static int reasons(@Nullable ReasonFlags reasons) {
        return reasons == null ? ALL_REASONS : reasons.intValue() & ALL_REASONS;
    }
}
