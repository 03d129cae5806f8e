package dev.muster.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.OcspResponder.Answer;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocation.Place;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.TestAuthority;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.OcspError;
import dev.muster.pki.revocation.RevocationReason;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;

class OcspResponderTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final AlgorithmIdentifier SHA_256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
    private static final BigInteger NEVER_ISSUED = BigInteger.TEN;

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final RevocationsInMemory log = new RevocationsInMemory();
    private Instant now = TestAuthority.NOW;
    private final OcspResponder responder = new OcspResponder(log, store, store, store.vaults(), () -> now, RANDOM);
    private final AuthorityRegistry registry =
            new AuthorityRegistry(store, store, store.vaults(), _ -> Issuer.Pointers.none(), () -> now, RANDOM);
    private final Certificate own = created("plant", Optional.empty());

    @Test
    void issuedCertificate_isGood_signedByADelegate() throws Exception {
        BasicOCSPResp answer = basic(answered(request(serial(issued()))));

        X509CertificateHolder signer = answer.getCerts()[0];
        assertThat(answer.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer)))
                .isTrue();
        assertThat(signer.isSignatureValid(
                        new JcaContentVerifierProviderBuilder().build(own.x509().getPublicKey())))
                .isTrue();
        assertThat(ExtendedKeyUsage.fromExtensions(signer.getExtensions()).getUsages())
                .containsExactly(KeyPurposeId.id_kp_OCSPSigning);
        assertThat(signer.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck))
                .isNotNull();
        assertThat(signer.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(7)));
        assertThat(answer.getResponses()[0].getCertStatus()).isEqualTo(CertificateStatus.GOOD);
        assertThat(answer.getResponses()[0].getNextUpdate()).isEqualTo(Date.from(now.plus(Duration.ofHours(1))));
    }

    @Test
    void revokedCertificate_isRevoked_untilItIsReleased() throws Exception {
        Certificate device = issued();
        byte[] request = request(serial(device));
        assertThat(status(request)).isEqualTo(CertificateStatus.GOOD);

        revoke(device, Optional.empty());
        Instant since = now;
        now = now.plusSeconds(1);
        assertThat(status(request)).isInstanceOfSatisfying(RevokedStatus.class, revoked -> {
            assertThat(revoked.getRevocationReason()).isEqualTo(RevocationReason.CERTIFICATE_HOLD.code());
            assertThat(revoked.getRevocationTime()).isEqualTo(Date.from(since));
        });

        revoke(device, Optional.of(now));
        now = now.plusSeconds(1);
        assertThat(status(request)).isEqualTo(CertificateStatus.GOOD);
    }

    @Test
    void authorityBelow_isGood() throws Exception {
        assertThat(status(request(serial(created("line", Optional.of("plant"))))))
                .isEqualTo(CertificateStatus.GOOD);
    }

    @Test
    void severalQuestions_areAnsweredInTheirOrder_othersIssuersUnknown() throws Exception {
        Certificate other = created("other", Optional.empty());
        byte[] request = new OCSPReqBuilder()
                .addRequest(id(own, CertificateID.HASH_SHA1, NEVER_ISSUED))
                .addRequest(id(other, CertificateID.HASH_SHA1, serial(issued())))
                .addRequest(id(own, SHA_256, serial(issued())))
                .build()
                .getEncoded();

        assertThat(Arrays.stream(basic(answered(request)).getResponses())
                        .map(each -> Optional.ofNullable(each.getCertStatus()).map(Object::getClass)))
                .containsExactly(Optional.of(UnknownStatus.class), Optional.of(UnknownStatus.class), Optional.empty());
    }

    @Test
    void answer_isGivenAgain_forHalfItsTime_andNotToANonce() throws Exception {
        BigInteger serial = serial(issued());
        Answer first = answered(request(serial));
        now = now.plus(Duration.ofMinutes(29));
        assertThat(answered(request(serial))).isSameAs(first);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(answered(request(serial))).isNotSameAs(first);

        byte[] withNonce = request(serial, new byte[128]);
        Answer repeated = answered(withNonce);
        assertThat(repeated.validity()).isEmpty();
        assertThat(basic(repeated).getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))
                .isEqualTo(nonce(new byte[128]));
        assertThat(answered(withNonce)).isNotSameAs(repeated);
        assertThat(answered(request(NEVER_ISSUED)).validity()).isEmpty();
    }

    @Test
    void signer_isRenewedAtHalfItsLife() throws Exception {
        X509CertificateHolder first = basic(answered(request(NEVER_ISSUED))).getCerts()[0];
        now = now.plus(Duration.ofDays(3));
        assertThat(basic(answered(request(NEVER_ISSUED))).getCerts()[0]).isEqualTo(first);
        now = now.plus(Duration.ofDays(1));
        assertThat(basic(answered(request(NEVER_ISSUED))).getCerts()[0]).isNotEqualTo(first);
    }

    @Test
    void signer_staysUntilItsAuthorityExpires_andNobodyAnswersThereafter() throws Exception {
        now = own.notAfter().minus(Duration.ofDays(1));
        X509CertificateHolder signer = basic(answered(request(NEVER_ISSUED))).getCerts()[0];
        now = own.notAfter().minusSeconds(60);
        BasicOCSPResp last = basic(answered(request(NEVER_ISSUED)));
        assertThat(last.getCerts()[0]).isEqualTo(signer);
        assertThat(last.getResponses()[0].getNextUpdate()).isEqualTo(Date.from(own.notAfter()));

        now = own.notAfter().plusSeconds(1);
        assertThat(answered(request(NEVER_ISSUED)).der()).isEqualTo(OcspError.INTERNAL_ERROR.der());
    }

    @Test
    void strangeIssuer_isUnauthorized() throws Exception {
        Certificate other = created("other", Optional.empty());
        byte[] request = new OCSPReqBuilder()
                .addRequest(id(other, CertificateID.HASH_SHA1, BigInteger.ONE))
                .build()
                .getEncoded();

        assertThat(answered(request).der()).isEqualTo(OcspError.UNAUTHORIZED.der());
        assertThat(responder.answer(new Thumbprint("00".repeat(32)), request).der())
                .isEqualTo(OcspError.UNAUTHORIZED.der());
    }

    @Test
    void hostileRequest_isMalformed() throws Exception {
        byte[] good = request(BigInteger.ONE);
        OCSPReqBuilder many = new OCSPReqBuilder();
        for (int serial = 1; serial <= 33; serial++) {
            many.addRequest(id(own, CertificateID.HASH_SHA1, BigInteger.valueOf(serial)));
        }
        byte[] deep = new byte[16_000];
        for (int at = 0; at < deep.length; at += 2) {
            deep[at] = 0x30;
            deep[at + 1] = (byte) 0x80;
        }
        List<byte[]> hostile = new ArrayList<>(List.of(
                new byte[0],
                new byte[16 * 1024 + 1],
                deep,
                many.build().getEncoded(),
                new OCSPReqBuilder().build().getEncoded(),
                request(BigInteger.ONE, new byte[0]),
                request(BigInteger.ONE, new byte[129])));
        for (int length = 1; length < good.length; length++) {
            hostile.add(Arrays.copyOf(good, length));
        }

        for (byte[] each : hostile) {
            assertThat(answered(each).der()).isEqualTo(OcspError.MALFORMED_REQUEST.der());
        }
    }

    @Test
    void anyFlippedByte_isAnswered() throws Exception {
        byte[] good = request(BigInteger.ONE, new byte[16]);
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = good.clone();
                flipped[at] ^= (byte) (1 << bit);
                assertThat(new OCSPResp(answered(flipped).der()).getStatus()).isBetween(0, 6);
            }
        }
    }

    private Certificate created(String name, Optional<String> issuer) {
        return registry.create(new Draft(
                        name,
                        issuer,
                        new Subject(name, Optional.empty(), 0),
                        new KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                        IssuingRules.defaults()))
                .current()
                .orElseThrow()
                .chain()
                .getFirst();
    }

    private Certificate issued() {
        Issuance issuance = new Issuance(
                store, store, store.vaults(), RevocationStatus.NONE, _ -> Issuer.Pointers.none(), () -> now, RANDOM);
        Issuance.Issued issued = issuance.sign(new Issuance.Order(
                "plant",
                "device",
                Csr.of("device", KeyAlgorithm.EC_P256.generate(RANDOM)),
                new Basis(Basis.Kind.INDIVIDUAL_ENROLLMENT, "device")));
        issuance.record(issued);
        return issued.certificate();
    }

    private void revoke(Certificate device, Optional<Instant> released) {
        log.put(new Revocation(
                device.thumbprint(),
                Optional.of(new Place(own.thumbprint(), serial(device), device.notAfter())),
                device.subject(),
                Optional.empty(),
                false,
                Grounds.of(RevocationReason.CERTIFICATE_HOLD, "owner"),
                now,
                released));
    }

    private static BigInteger serial(Certificate certificate) {
        return certificate.x509().getSerialNumber();
    }

    private byte[] request(BigInteger serial) throws Exception {
        return new OCSPReqBuilder()
                .addRequest(id(own, CertificateID.HASH_SHA1, serial))
                .build()
                .getEncoded();
    }

    private byte[] request(BigInteger serial, byte[] nonce) throws Exception {
        return new OCSPReqBuilder()
                .addRequest(id(own, CertificateID.HASH_SHA1, serial))
                .setRequestExtensions(new Extensions(nonce(nonce)))
                .build()
                .getEncoded();
    }

    private static Extension nonce(byte[] content) throws Exception {
        return new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(content).getEncoded());
    }

    private static CertificateID id(Certificate issuer, AlgorithmIdentifier hash, BigInteger serial) throws Exception {
        return new CertificateID(
                new JcaDigestCalculatorProviderBuilder().build().get(hash),
                new X509CertificateHolder(issuer.der()),
                serial);
    }

    private Answer answered(byte[] request) {
        return responder.answer(own.thumbprint(), request);
    }

    private CertificateStatus status(byte[] request) throws Exception {
        return basic(answered(request)).getResponses()[0].getCertStatus();
    }

    private static BasicOCSPResp basic(Answer answer) throws Exception {
        OCSPResp response = new OCSPResp(answer.der());
        assertThat(response.getStatus()).isEqualTo(OCSPResp.SUCCESSFUL);
        return (BasicOCSPResp) response.getResponseObject();
    }
}
