package dev.muster.pki;

import java.io.IOException;
import java.security.interfaces.RSAKey;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.util.IPAddress;

/** The extensions that a request's profile calls for (RFC 5280 section 4.2.1). Immutable. */
final class ProfileExtensions {
    private final Issuer.Request request;
    private final Optional<Certificate> issuer;
    private final Issuer.Pointers pointers;

    /** @param issuer empty for a self-signed certificate */
    ProfileExtensions(Issuer.Request request, Optional<Certificate> issuer, Issuer.Pointers pointers) {
        this.request = request;
        this.issuer = issuer;
        this.pointers = pointers;
    }

    Extensions extensions() {
        CertificateProfile profile = request.profile();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(Extension.basicConstraints, true, basicConstraints(profile));
            extensions.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage(profile)));
            if (!profile.purposes().isEmpty()) {
                KeyPurposeId[] purposes = profile.purposes().stream()
                        .map(ProfileExtensions::identifier)
                        .toArray(KeyPurposeId[]::new);
                extensions.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            SubjectKeyIdentifier own =
                    identifier(SubjectPublicKeyInfo.getInstance(request.key().getEncoded()));
            extensions.addExtension(Extension.subjectKeyIdentifier, false, own);
            SubjectKeyIdentifier above =
                    issuer.map(ProfileExtensions::identifier).orElse(own);
            extensions.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(above.getKeyIdentifier()));
            if (!request.alternativeNames().isEmpty()) {
                extensions.addExtension(Extension.subjectAlternativeName, false, alternativeNames());
            }
            addPointers(extensions);
            return extensions.generate();
        } catch (IOException e) {
            throw new IllegalStateException("extensions made here can be encoded", e);
        }
    }

    private static BasicConstraints basicConstraints(CertificateProfile profile) {
        return profile.authority() && profile.pathLength().isPresent()
                ? new BasicConstraints(profile.pathLength().getAsInt())
                : new BasicConstraints(profile.authority());
    }

    private int keyUsage(CertificateProfile profile) {
        if (profile.authority()) {
            return KeyUsage.keyCertSign | KeyUsage.cRLSign;
        }
        // TLS 1.2 without forward secrecy encrypts to an RSA key.
        return request.key() instanceof RSAKey
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature;
    }

    private GeneralNames alternativeNames() {
        return new GeneralNames(request.alternativeNames().stream()
                .map(name ->
                        new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private void addPointers(ExtensionsGenerator extensions) throws IOException {
        if (pointers.revocations().isPresent()) {
            DistributionPointName name = new DistributionPointName(
                    new GeneralNames(url(pointers.revocations().get())));
            extensions.addExtension(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
                new DistributionPoint(name, null, null)
            }));
        }
        AccessDescription[] access = Stream.concat(
                        pointers.status().stream()
                                .map(status -> new AccessDescription(AccessDescription.id_ad_ocsp, url(status))),
                        pointers.issuer().stream()
                                .map(own -> new AccessDescription(AccessDescription.id_ad_caIssuers, url(own))))
                .toArray(AccessDescription[]::new);
        if (access.length > 0) {
            extensions.addExtension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(access));
        }
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
