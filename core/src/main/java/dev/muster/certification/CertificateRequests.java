package dev.muster.certification;

import dev.muster.base.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Port to what devices have asked for and owners decide on. */
public interface CertificateRequests {
    Optional<CertificateRequest> find(String id);

    /** Puts it in the place of the one that has its id, if there is one. */
    void put(CertificateRequest request);

    void delete(String id);

    /** All of a device, whatever the case of its id, in the order in which they were asked. */
    List<CertificateRequest> of(String device);

    /**
     * In the order in which they were asked.
     *
     * @param undecidedOnly leaves out all that do not wait for their owner
     */
    Page<CertificateRequest> list(boolean undecidedOnly, Page.Request request);

    long count();

    /** Forgets those whose time is over. */
    void expire(Instant now);
}
