package dev.muster.enrollment;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Optional;

/** Port to the stored CA certificates. */
public interface CaCertificates {
    Optional<CaCertificate> find(String name);

    /** In the order of their names. */
    List<CaCertificate> list();

    /** @throws Refusal what the precondition throws; then nothing was written */
    void put(CaCertificate certificate, Precondition precondition);

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    void delete(String name, Precondition precondition);

    /** Whether a verified CA certificate with this thumbprint is stored under any name. */
    boolean isVerified(Thumbprint thumbprint);
}
