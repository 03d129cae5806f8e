package dev.muster.pki;

import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Port to the authorities that the owner has told us of, so that devices need not send what we have already. */
public interface KnownAuthorities {
    /** All known certificates with this subject, in no particular order; trusted for nothing by being here. */
    List<Certificate> withSubject(X500Principal subject);
}
