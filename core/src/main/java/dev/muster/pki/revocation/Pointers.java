package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * Where a certificate says that its revocation can be learned. Only http counts: ldap and file are no business of ours,
 * and https would need another certificate first. Immutable.
 *
 * @param lists URLs of CRLs
 * @param deltas URLs of delta CRLs
 * @param responders URLs of OCSP responders
 * @param places of the lists, as names
 */
record Pointers(List<String> lists, List<String> deltas, List<String> responders, List<Scope.Place> places) {
    /** What one certificate can make us ask. */
    private static final int MAX_URLS = 4;

    private static final int MAX_URL_LENGTH = 1024;

    /** What cannot be read says nothing. */
    static Pointers of(Certificate certificate) {
        try {
            X500Name issuer = X500Name.getInstance(
                    certificate.x509().getIssuerX500Principal().getEncoded());
            byte @Nullable [] lists = content(certificate, Extension.cRLDistributionPoints.getId());
            byte @Nullable [] deltas = content(certificate, Extension.freshestCRL.getId());
            byte @Nullable [] access = content(certificate, Extension.authorityInfoAccess.getId());
            CRLDistPoint points = lists == null ? null : CRLDistPoint.getInstance(lists);
            return new Pointers(
                    points == null ? List.of() : urls(points),
                    deltas == null ? List.of() : urls(CRLDistPoint.getInstance(deltas)),
                    access == null ? List.of() : responders(AuthorityInformationAccess.getInstance(access)),
                    points == null
                            ? List.of()
                            : Arrays.stream(points.getDistributionPoints())
                                    .map(point -> Scope.Place.of(point, issuer))
                                    .toList());
        } catch (IllegalArgumentException | IllegalStateException _) {
            // How Bouncy Castle says that ASN.1 is not what was expected.
            return new Pointers(List.of(), List.of(), List.of(), List.of());
        }
    }

    static List<String> urls(CRLDistPoint points) {
        return capped(Arrays.stream(points.getDistributionPoints())
                .map(point -> point.getDistributionPoint())
                .filter(name -> name != null && name.getType() == DistributionPointName.FULL_NAME)
                .flatMap(name ->
                        Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())));
    }

    private static List<String> responders(AuthorityInformationAccess access) {
        return capped(Arrays.stream(access.getAccessDescriptions())
                .filter(description -> description.getAccessMethod().equals(X509ObjectIdentifiers.id_ad_ocsp))
                .map(AccessDescription::getAccessLocation));
    }

    private static List<String> capped(Stream<GeneralName> names) {
        return names.filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                .map(name -> name.getName().toString())
                .filter(url -> url.length() <= MAX_URL_LENGTH
                        && url.toLowerCase(Locale.ROOT).startsWith("http://"))
                .distinct()
                .limit(MAX_URLS)
                .toList();
    }

    private static byte @Nullable [] content(Certificate certificate, String extension) {
        byte @Nullable [] value = certificate.x509().getExtensionValue(extension);
        return value == null ? null : ASN1OctetString.getInstance(value).getOctets();
    }
}
