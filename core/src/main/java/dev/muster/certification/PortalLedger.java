package dev.muster.certification;

import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Optional;

/** Port to what clients of a portal have registered and been issued. Names are compared without regard to case. */
public interface PortalLedger {
    boolean isRegistered(String authority, String name);

    /** Does nothing when it is there already. */
    void register(RegisteredName name);

    /** In the order of authorities and names. */
    List<RegisteredName> names();

    /** @param sha1 by which such clients call a certificate */
    void issued(String sha1, Thumbprint certificate);

    Optional<Thumbprint> find(String sha1);
}
