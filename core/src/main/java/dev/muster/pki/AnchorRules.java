package dev.muster.pki;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.jspecify.annotations.Nullable;

/**
 * What the anchor's own certificate says of itself and of those below it. The JDK takes an anchor for a mere name and
 * key; but an owner who trusts an authority limited to one plant means just that (RFC 5937 section 3.2). An anchor
 * without extensions says nothing and passes. Immutable.
 */
final class AnchorRules {
    private final Path path;
    private final Certificate anchor;

    AnchorRules(Path path, Certificate anchor) {
        this.path = path;
        this.anchor = anchor;
    }

    /** @param below the certificates under the anchor, leaf first */
    void check(List<Certificate> below, Instant now) {
        PathRefusal.checkDates(anchor, path, now);
        if (extension(anchor, Extension.basicConstraints.getId()) != null && !anchor.isAuthority()) {
            throw PathRefusal.noAuthority(anchor, path);
        }
        if (!anchor.maySignCertificates()) {
            throw PathRefusal.mayNotSign(anchor, path);
        }
        checkPathLength(below);
        checkNames(below);
    }

    private void checkPathLength(List<Certificate> below) {
        if (!anchor.isAuthority()) {
            return;
        }
        List<Certificate> authorities = below.reversed().stream()
                .limit(below.size() - 1L)
                .filter(certificate -> !certificate.isSelfIssued())
                .toList();
        int allowed = anchor.x509().getBasicConstraints();
        if (authorities.size() > allowed) {
            throw PathRefusal.pathTooLong(authorities.get(allowed), path);
        }
    }

    private void checkNames(List<Certificate> below) {
        byte[] encoded = extension(anchor, Extension.nameConstraints.getId());
        if (encoded == null) {
            return;
        }
        PKIXNameConstraintValidator rules = rules(encoded);
        for (Certificate certificate : below) {
            // RFC 5280 section 6.1.3 (b): self-issued authorities are exempt.
            if (certificate.isSelfIssued() && !certificate.equals(below.getFirst())) {
                continue;
            }
            try {
                checkNames(certificate, rules);
            } catch (NameConstraintValidatorException | IllegalArgumentException _) {
                // The latter from names that cannot be read: then nobody can say that they are permitted.
                throw PathRefusal.nameNotPermitted(certificate, path);
            }
        }
    }

    private PKIXNameConstraintValidator rules(byte[] encoded) {
        try {
            NameConstraints constraints = NameConstraints.getInstance(content(encoded));
            PKIXNameConstraintValidator rules = new PKIXNameConstraintValidator();
            GeneralSubtree[] permitted = constraints.getPermittedSubtrees();
            if (permitted != null) {
                rules.intersectPermittedSubtree(permitted);
            }
            GeneralSubtree[] excluded = constraints.getExcludedSubtrees();
            if (excluded != null) {
                Arrays.stream(excluded).forEach(rules::addExcludedSubtree);
            }
            return rules;
        } catch (IllegalArgumentException _) {
            throw PathRefusal.of(path.title(anchor), "its name constraints cannot be read", "reissue it");
        }
    }

    private static void checkNames(Certificate certificate, PKIXNameConstraintValidator rules)
            throws NameConstraintValidatorException {
        X500Name subject = X500Name.getInstance(
                certificate.x509().getSubjectX500Principal().getEncoded());
        rules.checkPermittedDN(subject);
        rules.checkExcludedDN(subject);
        for (AttributeTypeAndValue[] pairs : Arrays.stream(subject.getRDNs())
                .map(rdn -> rdn.getTypesAndValues())
                .toList()) {
            for (AttributeTypeAndValue pair : pairs) {
                if (pair.getType().equals(PKCSObjectIdentifiers.pkcs_9_at_emailAddress)) {
                    checkName(
                            new GeneralName(
                                    GeneralName.rfc822Name, pair.getValue().toString()),
                            rules);
                }
            }
        }
        byte[] encoded = extension(certificate, Extension.subjectAlternativeName.getId());
        if (encoded != null) {
            for (GeneralName name : GeneralNames.getInstance(content(encoded)).getNames()) {
                checkName(name, rules);
            }
        }
    }

    private static void checkName(GeneralName name, PKIXNameConstraintValidator rules)
            throws NameConstraintValidatorException {
        rules.checkPermitted(name);
        rules.checkExcluded(name);
    }

    private static byte @Nullable [] extension(Certificate certificate, String id) {
        return certificate.x509().getExtensionValue(id);
    }

    private static byte[] content(byte[] encoded) {
        return ASN1OctetString.getInstance(encoded).getOctets();
    }
}
