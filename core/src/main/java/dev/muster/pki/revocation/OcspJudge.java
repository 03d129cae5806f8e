package dev.muster.pki.revocation;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Der;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Asks one OCSP responder of one certificate, and judges the answer (RFC 6960 section 3.2). Without a nonce, so that
 * answers that were signed beforehand will do: their own times bound how long they are believed. Immutable.
 */
public final class OcspJudge {
    /** An answer with some certificates. */
    public static final int MAX_BYTES = 64 * 1024;

    /** How far the clock of the responder may be off. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int DIGITAL_SIGNATURE = 0;

    private final Certificate certificate;
    private final Certificate issuer;
    private final CertificateID id;

    OcspJudge(Certificate certificate, Certificate issuer) {
        this.certificate = certificate;
        this.issuer = issuer;
        try {
            // Every responder knows SHA-1, and it hides nothing here (RFC 5019 section 2.1.1).
            this.id = new CertificateID(
                    digests().get(CertificateID.HASH_SHA1),
                    holder(issuer),
                    certificate.x509().getSerialNumber());
        } catch (OCSPException | OperatorCreationException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /**
     * What is to be believed.
     *
     * @param until when that ends
     */
    record Answer(Verdict verdict, Instant until) {}

    /** DER. */
    byte[] request() {
        try {
            return new OCSPReqBuilder().addRequest(id).build().getEncoded();
        } catch (OCSPException | IOException e) {
            throw new IllegalStateException("what was made here can be encoded", e);
        }
    }

    /** @param der of whatever was answered */
    Answer judge(byte[] der, Instant now) {
        try {
            OCSPResp response = new OCSPResp(der);
            if (response.getStatus() != OCSPResp.SUCCESSFUL) {
                return unknown("it answers with the error " + response.getStatus() + " (RFC 6960 section 4.2.1)", now);
            }
            return response.getResponseObject() instanceof BasicOCSPResp basic
                    ? judge(basic, now)
                    : unknown("its answer is of an unknown kind", now);
        } catch (IOException
                | OCSPException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | NullPointerException
                | IndexOutOfBoundsException _) {
            // The last five are how Bouncy Castle says that ASN.1 is not what was expected.
            return unknown("its answer is no OCSP answer", now);
        }
    }

    private Answer judge(BasicOCSPResp basic, Instant now) {
        Optional<SingleResp> mine = Arrays.stream(basic.getResponses())
                .filter(this::isOfTheCertificate)
                .findFirst();
        if (mine.isEmpty()) {
            return unknown("its answer is of another certificate", now);
        }
        SingleResp single = mine.get();
        Instant made = single.getThisUpdate().toInstant();
        Instant until = single.getNextUpdate() == null
                ? made.plus(SKEW)
                : single.getNextUpdate().toInstant();
        if (now.plus(SKEW).isBefore(made) || !now.isBefore(until)) {
            return unknown("its answer is good from " + made + " to " + until + " only", now);
        }
        if (!single.getCriticalExtensionOIDs().isEmpty() || !isNothingCriticalIn(basic)) {
            return unknown("its answer has a critical extension that is not understood here", now);
        }
        if (!isSigned(basic, now)) {
            return unknown("its answer is signed neither by " + issuer + " nor by whom that lets sign answers", now);
        }
        String by = "the OCSP answer of " + made;
        return new Answer(verdict(single, by), until);
    }

    private static Verdict verdict(SingleResp single, String by) {
        return switch (single.getCertStatus()) {
            case null -> new Verdict.Good(by);
            case RevokedStatus revoked ->
                new Verdict.Revoked(
                        revoked.getRevocationTime().toInstant(),
                        revoked.hasRevocationReason()
                                ? RevocationReason.of(revoked.getRevocationReason())
                                        .orElse(RevocationReason.UNSPECIFIED)
                                : RevocationReason.UNSPECIFIED,
                        by);
            default -> new Verdict.Unknown("it does not know the certificate");
        };
    }

    private boolean isOfTheCertificate(SingleResp single) {
        try {
            return single.getCertID()
                            .getSerialNumber()
                            .equals(certificate.x509().getSerialNumber())
                    && single.getCertID().matchesIssuer(holder(issuer), digests());
        } catch (OCSPException _) {
            // By a hash that is not known here.
            return false;
        }
    }

    private static boolean isNothingCriticalIn(BasicOCSPResp basic) {
        Set<?> critical = basic.getCriticalExtensionOIDs();
        return critical.stream().allMatch(OCSPObjectIdentifiers.id_pkix_ocsp_nonce::equals);
    }

    /** By the issuer itself, or by whom it has issued a certificate for that (RFC 6960 section 4.2.2.2). */
    private boolean isSigned(BasicOCSPResp basic, Instant now) {
        List<Certificate> signers = Stream.concat(
                        Stream.of(issuer),
                        Arrays.stream(basic.getCerts())
                                .flatMap(sent -> parsed(sent).stream())
                                .filter(sent -> isDelegate(sent, now)))
                .toList();
        return signers.stream().anyMatch(signer -> isSigned(basic, signer));
    }

    private static boolean isSigned(BasicOCSPResp basic, Certificate signer) {
        try {
            return basic.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(signer.x509().getPublicKey()));
        } catch (OCSPException | OperatorCreationException _) {
            // A key of another kind than the signature's.
            return false;
        }
    }

    /** Whether it has been revoked itself is not asked: it is mostly good for days and says that it need not be. */
    private boolean isDelegate(Certificate sent, Instant now) {
        boolean[] keyUsage = sent.x509().getKeyUsage();
        try {
            List<String> purposes = sent.x509().getExtendedKeyUsage();
            return purposes != null
                    && purposes.contains(KeyPurposeId.id_kp_OCSPSigning.getId())
                    && (keyUsage == null || keyUsage[DIGITAL_SIGNATURE])
                    && !now.isBefore(sent.notBefore())
                    && !now.isAfter(sent.notAfter())
                    && sent.x509().getIssuerX500Principal().equals(issuer.x509().getSubjectX500Principal())
                    && sent.isSignedBy(issuer);
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    private static Optional<Certificate> parsed(X509CertificateHolder sent) {
        try {
            return Optional.of(Certificate.parse(Der.encode(sent.toASN1Structure())));
        } catch (Refusal _) {
            return Optional.empty();
        }
    }

    private static Answer unknown(String why, Instant now) {
        return new Answer(new Verdict.Unknown(why), now);
    }

    private static X509CertificateHolder holder(Certificate certificate) {
        try {
            return new X509CertificateHolder(certificate.der());
        } catch (IOException e) {
            throw new IllegalArgumentException("Bouncy Castle does not read what the JDK does", e);
        }
    }

    private static DigestCalculatorProvider digests() {
        try {
            return new JcaDigestCalculatorProviderBuilder().build();
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
