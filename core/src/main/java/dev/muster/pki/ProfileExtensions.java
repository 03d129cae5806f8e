package dev.muster.pki;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.util.IPAddress;

/** The extensions of what one issuer issues (RFC 5280 section 4.2.1), in DER. Immutable. */
final class ProfileExtensions {
    private static final byte[] NONE = {};
    private static final byte[] NOT_ASKED_FOR =
            extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);

    /** Those that are in each of its certificates. */
    private final byte[] common;

    /** @param issuer empty for one that signs its own certificate with this key */
    ProfileExtensions(Optional<Certificate> issuer, PublicKey key, Issuer.Pointers pointers) {
        SubjectKeyIdentifier own = issuer.map(ProfileExtensions::identifier)
                .orElseGet(() -> identifier(SubjectPublicKeyInfo.getInstance(key.getEncoded())));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                extension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(own.getKeyIdentifier())));
        pointers.revocations().ifPresent(url -> {
            DistributionPointName name = new DistributionPointName(new GeneralNames(url(url)));
            DistributionPoint[] points = {new DistributionPoint(name, null, null)};
            out.writeBytes(extension(Extension.cRLDistributionPoints, false, new CRLDistPoint(points)));
        });
        AccessDescription[] access = access(pointers);
        if (access.length > 0) {
            out.writeBytes(extension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(access)));
        }
        common = out.toByteArray();
    }

    /** @param key the one of the request */
    byte[] of(Issuer.Request request, SubjectPublicKeyInfo key) {
        CertificateProfile profile = request.profile();
        return Der.sequence(
                extension(Extension.basicConstraints, true, basicConstraints(profile)),
                extension(Extension.keyUsage, true, new KeyUsage(keyUsage(request))),
                purposes(profile),
                profile.statusSigner() ? NOT_ASKED_FOR : NONE,
                extension(Extension.subjectKeyIdentifier, false, identifier(key)),
                request.alternativeNames().isEmpty() ? NONE : alternativeNames(request),
                common);
    }

    private static byte[] extension(ASN1ObjectIdentifier id, boolean critical, ASN1Object value) {
        return Der.encode(new Extension(id, critical, Der.encode(value)));
    }

    private static BasicConstraints basicConstraints(CertificateProfile profile) {
        return profile.authority() && profile.pathLength().isPresent()
                ? new BasicConstraints(profile.pathLength().getAsInt())
                : new BasicConstraints(profile.authority());
    }

    private static int keyUsage(Issuer.Request request) {
        if (request.profile().authority()) {
            return KeyUsage.keyCertSign | KeyUsage.cRLSign;
        }
        // TLS 1.2 without forward secrecy encrypts to an RSA key.
        return request.key() instanceof RSAKey
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature;
    }

    private static byte[] purposes(CertificateProfile profile) {
        KeyPurposeId[] purposes = Stream.concat(
                        profile.purposes().stream().map(ProfileExtensions::identifier),
                        profile.statusSigner() ? Stream.of(KeyPurposeId.id_kp_OCSPSigning) : Stream.empty())
                .toArray(KeyPurposeId[]::new);
        return purposes.length == 0
                ? NONE
                : extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    }

    private static byte[] alternativeNames(Issuer.Request request) {
        GeneralName[] names = request.alternativeNames().stream()
                .map(name ->
                        new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return extension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }

    private static AccessDescription[] access(Issuer.Pointers pointers) {
        return Stream.concat(
                        pointers.status().stream()
                                .map(status -> new AccessDescription(AccessDescription.id_ad_ocsp, url(status))),
                        pointers.issuer().stream()
                                .map(own -> new AccessDescription(AccessDescription.id_ad_caIssuers, url(own))))
                .toArray(AccessDescription[]::new);
    }

    private static GeneralName url(String url) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, url);
    }

    private static KeyPurposeId identifier(CertificateProfile.Purpose purpose) {
        return switch (purpose) {
            case CLIENT -> KeyPurposeId.id_kp_clientAuth;
            case SERVER -> KeyPurposeId.id_kp_serverAuth;
        };
    }

    private static SubjectKeyIdentifier identifier(Certificate issuer) {
        byte[] encoded = issuer.x509().getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return encoded == null
                ? identifier(SubjectPublicKeyInfo.getInstance(
                        issuer.x509().getPublicKey().getEncoded()))
                : SubjectKeyIdentifier.getInstance(
                        ASN1OctetString.getInstance(encoded).getOctets());
    }

    private static SubjectKeyIdentifier identifier(SubjectPublicKeyInfo key) {
        return new BcX509ExtensionUtils().createSubjectKeyIdentifier(key);
    }
}
