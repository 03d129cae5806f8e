package dev.muster.pki.revocation;

import dev.muster.pki.Certificate;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Extension;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;

/**
 * A CRL of an authority elsewhere: parsed, not judged. Immutable.
 *
 * <p>The JDK's CRLs remember the last key that verified them, so its signature costs once.
 */
public final class ForeignCrl {
    /** Some hundred thousand entries. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    /** How far the clock of whoever made it may be ahead. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final Set<String> UNDERSTOOD = Set.of(
            Extension.issuingDistributionPoint.getId(),
            Extension.deltaCRLIndicator.getId(),
            Extension.cRLNumber.getId(),
            Extension.authorityKeyIdentifier.getId());

    private static final Set<String> UNDERSTOOD_OF_ENTRIES = Set.of(
            Extension.reasonCode.getId(),
            Extension.invalidityDate.getId(),
            Extension.instructionCode.getId(),
            Extension.certificateIssuer.getId());

    /** The newest last. */
    static final Comparator<ForeignCrl> BY_NUMBER = Comparator.comparing(list -> list.number.orElse(BigInteger.ZERO));

    private final X509CRL list;
    private final X500Name issuer;
    private final Scope scope;
    private final Optional<BigInteger> number;
    private final Optional<BigInteger> base;
    private final List<String> freshest;
    private final boolean understood;

    private ForeignCrl(X509CRL list) {
        this.list = list;
        this.issuer = X500Name.getInstance(list.getIssuerX500Principal().getEncoded());
        byte @Nullable [] point = list.getExtensionValue(Extension.issuingDistributionPoint.getId());
        this.scope = point == null ? Scope.everything() : Scope.of(point, issuer);
        this.number = integer(Extension.cRLNumber.getId());
        this.base = integer(Extension.deltaCRLIndicator.getId());
        byte @Nullable [] deltas = list.getExtensionValue(Extension.freshestCRL.getId());
        this.freshest = deltas == null ? List.of() : Pointers.urls(CRLDistPoint.getInstance(content(deltas)));
        this.understood = isUnderstood(list, UNDERSTOOD)
                && entries().stream().allMatch(entry -> isUnderstood(entry, UNDERSTOOD_OF_ENTRIES));
    }

    /** Reads DER or PEM; empty for what is none, or larger than {@link #MAX_BYTES}. */
    public static Optional<ForeignCrl> parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            return CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(bytes))
                            instanceof X509CRL list
                    ? Optional.of(new ForeignCrl(list))
                    : Optional.empty();
        } catch (CRLException | CertificateException | IllegalArgumentException | IllegalStateException _) {
            // The last two are how Bouncy Castle says that ASN.1 is not what was expected.
            return Optional.empty();
        }
    }

    X500Name issuer() {
        return issuer;
    }

    /** The issuer, to be looked for. */
    X500Principal signer() {
        return list.getIssuerX500Principal();
    }

    Scope scope() {
        return scope;
    }

    boolean isDelta() {
        return base.isPresent();
    }

    /** Until when it is to be believed; the end of time where it does not say so. */
    Instant next() {
        return list.getNextUpdate() == null ? Instant.MAX : list.getNextUpdate().toInstant();
    }

    /** Why it tells nothing now, whoever signed it; empty where it does. */
    Optional<String> uselessness(Instant now) {
        if (!understood) {
            return Optional.of(title() + " has a critical extension that is not understood here");
        }
        if (!now.isBefore(next())) {
            return Optional.of(title() + " was good until " + next() + " only");
        }
        return now.plus(SKEW).isBefore(made())
                ? Optional.of(title() + " is of the future; compare the clocks")
                : Optional.empty();
    }

    boolean isSignedBy(Certificate signer) {
        try {
            list.verify(signer.x509().getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** Whether it is a delta that brings the full list up to date (RFC 5280 sections 5.2.4 and 6.3.3 (c)). */
    boolean continues(ForeignCrl full) {
        return base.isPresent()
                && number.isPresent()
                && full.number.isPresent()
                && issuer.equals(full.issuer)
                && same(full, Extension.issuingDistributionPoint.getId())
                && same(full, Extension.authorityKeyIdentifier.getId())
                && base.get().compareTo(full.number.get()) <= 0
                && full.number.get().compareTo(number.get()) < 0;
    }

    /** What it says of a certificate, whoever issued that; empty where it says nothing. */
    Optional<X509CRLEntry> entry(Certificate certificate) {
        return Optional.ofNullable(list.getRevokedCertificate(certificate.x509()));
    }

    /** Whether it is the issuer's own, and revokes one of its certificates. */
    boolean revokes(BigInteger serial, Certificate authority) {
        if (!authority.x509().getSubjectX500Principal().equals(signer())) {
            return false;
        }
        @Nullable X509CRLEntry entry = list.getRevokedCertificate(serial);
        return entry != null && entry.getRevocationReason() != CRLReason.REMOVE_FROM_CRL && isSignedBy(authority);
    }

    /** URLs of deltas to it. */
    List<String> freshest() {
        return freshest;
    }

    /** For the owner. */
    String title() {
        return "the " + (isDelta() ? "delta " : "") + "CRL of "
                + list.getIssuerX500Principal().getName() + " of " + made();
    }

    private Instant made() {
        return list.getThisUpdate().toInstant();
    }

    private Collection<? extends X509CRLEntry> entries() {
        return Objects.requireNonNullElse(list.getRevokedCertificates(), Set.<X509CRLEntry>of());
    }

    private boolean same(ForeignCrl other, String extension) {
        return Arrays.equals(list.getExtensionValue(extension), other.list.getExtensionValue(extension));
    }

    private Optional<BigInteger> integer(String extension) {
        byte @Nullable [] value = list.getExtensionValue(extension);
        return value == null
                ? Optional.empty()
                : Optional.of(ASN1Integer.getInstance(content(value)).getValue());
    }

    private static byte[] content(byte[] extension) {
        return ASN1OctetString.getInstance(extension).getOctets();
    }

    private static boolean isUnderstood(X509Extension extensions, Set<String> understood) {
        Set<String> critical = extensions.getCriticalExtensionOIDs();
        return critical == null || understood.containsAll(critical);
    }
}
