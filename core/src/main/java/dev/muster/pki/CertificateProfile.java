package dev.muster.pki;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What kind of certificate is issued (RFC 5280 section 4.2.1). Immutable.
 *
 * @param title names it to people, such as {@code device}
 * @param authority whether it may sign other certificates
 * @param pathLength how many authorities may follow below an authority; empty: any number
 * @param validity how long it lasts unless asked otherwise
 * @param statusSigner whether it signs OCSP answers for its issuer, and is itself not asked for (RFC 6960 section
 *     4.2.2.2)
 */
public record CertificateProfile(
        String title,
        boolean authority,
        OptionalInt pathLength,
        Duration validity,
        List<Purpose> purposes,
        boolean statusSigner) {
    /** What the key of an end entity may be used for in TLS. */
    public enum Purpose {
        CLIENT,
        SERVER
    }

    public CertificateProfile {
        purposes = List.copyOf(purposes);
    }

    public CertificateProfile(
            String title, boolean authority, OptionalInt pathLength, Duration validity, List<Purpose> purposes) {
        this(title, authority, pathLength, validity, purposes, false);
    }

    /** A trust anchor, of any number of levels: 20 years. */
    public static CertificateProfile root() {
        return new CertificateProfile("root", true, OptionalInt.empty(), Duration.ofDays(7300), List.of());
    }

    /** An authority below another: 10 years. With path length 0 it signs devices only. */
    public static CertificateProfile intermediate(int pathLength) {
        return new CertificateProfile(
                "intermediate", true, OptionalInt.of(pathLength), Duration.ofDays(3650), List.of());
    }

    /** What a device proves itself with: a year. */
    public static CertificateProfile device() {
        return new CertificateProfile(
                "device", false, OptionalInt.empty(), Duration.ofDays(365), List.of(Purpose.CLIENT));
    }

    /** What proves that its issuer's key is at hand (see {@link ProofOfPossession}): a day. */
    public static CertificateProfile verification() {
        return new CertificateProfile(
                "verification", false, OptionalInt.empty(), Duration.ofDays(1), List.of(Purpose.CLIENT));
    }

    /** What a TLS server shows: a year. */
    public static CertificateProfile server() {
        return new CertificateProfile(
                "server", false, OptionalInt.empty(), Duration.ofDays(365), List.of(Purpose.SERVER));
    }

    /** What signs OCSP answers, nobody asking whether it is revoked: a week. */
    public static CertificateProfile ocspResponder() {
        return new CertificateProfile(
                "OCSP responder", false, OptionalInt.empty(), Duration.ofDays(7), List.of(), true);
    }
}
