package dev.muster.pki;

import static dev.muster.pki.TestAuthority.NOW;
import static dev.muster.pki.TestAuthority.newKeys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.Test;

class IssuerTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_ENCIPHERMENT = 2;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private final KeyPair rootKeys = KeyAlgorithm.EC_P256.generate(RANDOM);
    private final Certificate root = Issuer.selfSigned("Root", rootKeys, CLOCK, RANDOM)
            .issue(Issuer.Request.of(CertificateProfile.root(), "Root", rootKeys.getPublic()));
    private final Issuer issuer = Issuer.of(root, rootKeys.getPrivate(), CLOCK, RANDOM);
    private final KeyPair keys = KeyAlgorithm.EC_P256.generate(RANDOM);

    @Test
    void root_isAnAuthorityOfAnyDepth() {
        assertThat(root.isSelfIssued()).isTrue();
        assertThat(root.isSignedBy(root)).isTrue();
        assertThat(root.x509().getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(root.x509().getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertUsages(root, KEY_CERT_SIGN, CRL_SIGN);
    }

    @Test
    void intermediate_hasAPathLength() {
        Certificate intermediate = issue(CertificateProfile.intermediate(0), "Plant");

        assertThat(intermediate.x509().getBasicConstraints()).isZero();
        assertUsages(intermediate, KEY_CERT_SIGN, CRL_SIGN);
    }

    @Test
    void device_isAClientAndNoAuthority() throws CertificateParsingException {
        Certificate device = issue(CertificateProfile.device(), "device-1");

        assertThat(device.commonName()).contains("device-1");
        assertThat(device.isAuthority()).isFalse();
        assertThat(device.x509().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertUsages(device, DIGITAL_SIGNATURE);
        assertThat(authorityKeyIdentifier(device)).isEqualTo(subjectKeyIdentifier(root));
        assertThat(device.x509().getSerialNumber().signum()).isPositive();
        assertThat(device.x509().getSerialNumber().bitLength()).isEqualTo(128);
    }

    @Test
    void deviceWithRsaKey_mayAlsoBeEncryptedTo() {
        Certificate device = issuer.issue(Issuer.Request.of(
                CertificateProfile.device(), "device-1", newKeys("RSA", 2048).getPublic()));

        assertUsages(device, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT);
    }

    @Test
    void server_hasItsAlternativeNames() throws CertificateParsingException {
        Certificate server = issuer.issue(new Issuer.Request(
                CertificateProfile.server(),
                "dps.example",
                keys.getPublic(),
                List.of("dps.example", "localhost", "127.0.0.1", "::1"),
                Optional.empty()));

        assertThat(server.x509().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.x509().getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "dps.example"),
                        List.of(2, "localhost"),
                        List.of(7, "127.0.0.1"),
                        List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void notBefore_isAFewMinutesAgo() {
        assertThat(root.notBefore()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
        // Not older than its issuer, though.
        assertThat(issue(CertificateProfile.device(), "device-1").notBefore()).isEqualTo(root.notBefore());
    }

    @Test
    void certificate_neverOutlivesItsIssuer() {
        Issuer.Prepared prepared = issuer.prepare(new Issuer.Request(
                CertificateProfile.device(),
                "device-1",
                keys.getPublic(),
                List.of(),
                Optional.of(Duration.ofDays(30_000))));

        assertThat(prepared.notAfter()).isEqualTo(root.notAfter());
        assertThat(issuer.issue(prepared).notAfter()).isEqualTo(root.notAfter());
    }

    @Test
    void prepared_isSignedOnceAndByItsIssuer() {
        Issuer.Prepared prepared =
                issuer.prepare(Issuer.Request.of(CertificateProfile.device(), "device-1", keys.getPublic()));
        Issuer other = Issuer.of(root, rootKeys.getPrivate(), CLOCK, RANDOM);

        assertThatThrownBy(() -> other.issue(prepared)).isInstanceOf(IllegalStateException.class);
        assertThatCode(() -> issuer.issue(prepared)).doesNotThrowAnyException();
        assertThatThrownBy(() -> issuer.issue(prepared)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void strangersKey_isRefused() {
        assertRefused(() -> Issuer.of(root, keys.getPrivate(), CLOCK, RANDOM), "the key is not this certificate's");
    }

    @Test
    void deviceAsIssuer_isRefused() {
        Certificate device = issue(CertificateProfile.device(), "device-1");

        assertRefused(() -> Issuer.of(device, keys.getPrivate(), CLOCK, RANDOM), "no certificate authority");
    }

    @Test
    void authorityBelowPathLengthZero_isRefused() {
        Certificate intermediate = issue(CertificateProfile.intermediate(0), "Plant");
        Issuer plant = Issuer.of(intermediate, keys.getPrivate(), CLOCK, RANDOM);
        Issuer.Request request = Issuer.Request.of(
                CertificateProfile.intermediate(0), "Line", newKeys("EC", 256).getPublic());

        assertRefused(() -> plant.prepare(request), "path length of 0");
    }

    @Test
    void expiredIssuer_isRefused() {
        Issuer late = Issuer.of(
                root, rootKeys.getPrivate(), InstantSource.fixed(root.notAfter().plusSeconds(1)), RANDOM);

        assertRefused(
                () -> late.prepare(Issuer.Request.of(CertificateProfile.device(), "device-1", keys.getPublic())),
                "it expired on");
    }

    @Test
    void weakKey_isRefused() {
        Issuer.Request request = Issuer.Request.of(
                CertificateProfile.device(), "device-1", newKeys("RSA", 1024).getPublic());

        assertRefused(() -> issuer.prepare(request), "RSA 1024 bits");
    }

    @Test
    void impossibleNames_areRefused() {
        for (String name : List.of("", " ", "x".repeat(65), "two\nlines")) {
            assertRefused(
                    () -> issuer.prepare(Issuer.Request.of(CertificateProfile.device(), name, keys.getPublic())),
                    "printable characters");
        }
    }

    @Test
    void selfSigned_takesNoOtherNameOrKey() {
        Issuer self = Issuer.selfSigned("device-1", keys, CLOCK, RANDOM);

        assertRefused(
                () -> self.prepare(Issuer.Request.of(CertificateProfile.device(), "device-2", keys.getPublic())),
                "self-signed");
        assertRefused(
                () -> self.prepare(Issuer.Request.of(CertificateProfile.device(), "device-1", rootKeys.getPublic())),
                "self-signed");
    }

    private Certificate issue(CertificateProfile profile, String name) {
        return issuer.issue(Issuer.Request.of(profile, name, keys.getPublic()));
    }

    private static void assertUsages(Certificate certificate, int... expected) {
        boolean[] usages = new boolean[9];
        for (int usage : expected) {
            usages[usage] = true;
        }
        assertThat(certificate.x509().getKeyUsage()).isEqualTo(usages);
    }

    private static void assertRefused(ThrowingCallable attempt, String rule) {
        Refusal refusal = catchThrowableOfType(Refusal.class, attempt);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
        assertThat(refusal.explanation().orElseThrow().rule()).contains(rule);
    }

    private static byte[] subjectKeyIdentifier(Certificate certificate) {
        return SubjectKeyIdentifier.getInstance(content(certificate, "2.5.29.14"))
                .getKeyIdentifier();
    }

    private static byte[] authorityKeyIdentifier(Certificate certificate) {
        return AuthorityKeyIdentifier.getInstance(content(certificate, "2.5.29.35"))
                .getKeyIdentifierOctets();
    }

    private static byte[] content(Certificate certificate, String id) {
        return ASN1OctetString.getInstance(certificate.x509().getExtensionValue(id))
                .getOctets();
    }
}
