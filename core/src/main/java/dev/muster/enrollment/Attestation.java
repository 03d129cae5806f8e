package dev.muster.enrollment;

import dev.muster.pki.Certificate;

/** How the devices of an enrollment prove who they are. */
public sealed interface Attestation {
    /** The device's own certificates; individual enrollments only. No authority need be known, self-signed ones do. */
    record ClientCertificates(Slots<Certificate> certificates) implements Attestation {}

    /** The certificates of the authorities that sign the group's devices; enrollment groups only. */
    record SigningCertificates(Slots<Certificate> certificates) implements Attestation {}

    /** The names of uploaded CA certificates, which may be replaced without touching the group; groups only. */
    record CertificateAuthorities(Slots<String> names) implements Attestation {}
}
