package dev.muster.external;

import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.util.List;

/** Port to the stored chains of authorities elsewhere whose certificates devices have. */
public interface IssuerChains {
    /** @param chain the issuer's certificate first, then those above it; put in the place of the one before */
    void put(List<Certificate> chain);

    /** @return the issuer's certificate first; empty when it is not known */
    List<Certificate> find(Thumbprint issuer);
}
