package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs OCSP answers with a key of its own, which exists in memory alone, and a certificate by the authority that it
 * answers for (RFC 6960 section 4.2.2.2). Thread-safe.
 */
public final class OcspSigner {
    private final KeyPair keys;
    private final Certificate certificate;
    private final Certificate authority;

    private OcspSigner(KeyPair keys, Certificate certificate, Certificate authority) {
        this.keys = keys;
        this.certificate = certificate;
        this.authority = authority;
    }

    /**
     * With a new key, of the family of the authority's.
     *
     * @throws dev.muster.base.Refusal as {@link Issuer#issue(Issuer.Request)}
     */
    public static OcspSigner of(Certificate authority, Issuer issuer, SecureRandom random) {
        KeyAlgorithm algorithm =
                authority.x509().getPublicKey() instanceof RSAKey ? KeyAlgorithm.RSA_2048 : KeyAlgorithm.EC_P256;
        KeyPair keys = algorithm.generate(random);
        CertificateProfile profile = CertificateProfile.ocspResponder();
        return new OcspSigner(
                keys, issuer.issue(Issuer.Request.of(profile, "OCSP responder", keys.getPublic())), authority);
    }

    /** Whether it has half of its life or more before it, or lasts as long as its authority. */
    public boolean isFresh(Instant now) {
        if (certificate.notAfter().equals(authority.notAfter())) {
            return now.isBefore(authority.notAfter());
        }
        Duration left = Duration.between(now, certificate.notAfter());
        return left.multipliedBy(2).compareTo(Duration.between(certificate.notBefore(), certificate.notAfter())) >= 0;
    }

    /** When nobody believes it any more. */
    public Instant notAfter() {
        return certificate.notAfter();
    }

    /**
     * Answers every question of a request, and repeats its nonce.
     *
     * @param statuses in the order of the questions
     * @return DER
     */
    public byte[] sign(OcspRequest request, List<OcspStatus> statuses, Instant made, Instant next) {
        try {
            RespID self = new RespID(
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                    new JcaDigestCalculatorProviderBuilder().build().get(RespID.HASH_SHA1));
            BasicOCSPRespBuilder answer = new BasicOCSPRespBuilder(self);
            for (int at = 0; at < statuses.size(); at++) {
                answer.addResponse(
                        new CertificateID(request.questions().get(at).id()),
                        written(statuses.get(at)),
                        Date.from(made),
                        Date.from(next));
            }
            request.nonce().ifPresent(nonce -> answer.setResponseExtensions(new Extensions(new Extension[] {nonce})));
            String algorithm = KeyAlgorithm.signatureAlgorithm(keys.getPublic());
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            answer.build(
                                    new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()),
                                    new X509CertificateHolder[] {new X509CertificateHolder(certificate.der())},
                                    Date.from(made)))
                    .getEncoded();
        } catch (IOException | OCSPException | OperatorCreationException e) {
            throw new IllegalStateException("a key that was made here signs", e);
        }
    }

    private static CertificateStatus written(OcspStatus status) {
        return switch (status) {
            case OcspStatus.Good() -> CertificateStatus.GOOD;
            case OcspStatus.Revoked(Instant time, RevocationReason reason) ->
                // RFC 5280 section 5.3.1: instead of this one, none.
                reason == RevocationReason.UNSPECIFIED
                        ? new RevokedStatus(Date.from(time))
                        : new RevokedStatus(Date.from(time), reason.code());
            case OcspStatus.Unknown() -> new UnknownStatus();
        };
    }
}
