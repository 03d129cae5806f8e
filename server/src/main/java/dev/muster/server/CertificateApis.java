package dev.muster.server;

import dev.muster.attestation.Attestor;
import dev.muster.certification.Applicants;
import dev.muster.certification.Approvals;
import dev.muster.certification.DeviceCertification;
import dev.muster.certification.PortalCertification;
import dev.muster.registration.Throttle;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.FleetApi;
import dev.muster.server.http.est.ApprovalApi;
import dev.muster.server.http.est.EstApi;
import dev.muster.server.http.portal.PortalApi;
import dev.muster.server.http.routing.Api;
import dev.muster.server.metrics.Metrics;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * By what certificates can be had over HTTPS, put together.
 *
 * @param names of this server, in any case
 */
record CertificateApis(
        String idScope, Set<String> names, Attestor attestor, Revoking revoking, Throttle throttle, Metrics metrics) {
    /** @param administratorToken shown by owners */
    List<Api> over(
            CertificateAuthorities authorities,
            Storage storage,
            String administratorToken,
            InstantSource clock,
            SecureRandom random) {
        Administrator administrator = new Administrator(administratorToken);
        Approvals approvals = new Approvals(storage.requests(), authorities.issuance(), storage.database(), clock);
        return List.of(
                new EstApi(new DeviceCertification(
                        new Applicants(idScope, attestor, clock),
                        storage.ownAuthorities(),
                        authorities.issuance(),
                        approvals,
                        metrics.attestations(storage.attempts()),
                        new DeviceCertification.Ambient(clock, random, throttle))),
                new ApprovalApi(approvals, administrator),
                new PortalApi(
                        new PortalCertification(
                                authorities.issuance(),
                                storage.issued(),
                                revoking.revocations(),
                                storage.portal(),
                                revoking.gate(),
                                storage.database(),
                                clock),
                        authorities.registry(),
                        administrator,
                        names.stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .collect(Collectors.toSet())),
                new FleetApi(
                        storage.issued(),
                        storage.issuedCounts(),
                        authorities.issuance(),
                        revoking.revoked(),
                        clock,
                        administrator));
    }
}
