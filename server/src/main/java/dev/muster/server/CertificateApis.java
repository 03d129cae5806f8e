package dev.muster.server;

import dev.muster.certification.Applicants;
import dev.muster.certification.DeviceCertification;
import dev.muster.enrollment.Attestor;
import dev.muster.pki.ChainValidator;
import dev.muster.registration.Throttle;
import dev.muster.server.http.Api;
import dev.muster.server.http.est.EstApi;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** By what certificates can be had over HTTPS, put together. */
record CertificateApis(String idScope, Attestor attestor, ChainValidator validator, Throttle throttle) {
    List<Api> over(CertificateAuthorities authorities, Storage storage, InstantSource clock, SecureRandom random) {
        Applicants applicants = new Applicants(
                idScope, attestor, storage.enrollments(), storage.groups(), storage.issued(), validator, clock);
        return List.of(new EstApi(new DeviceCertification(
                applicants,
                storage.ownAuthorities(),
                authorities.issuance(),
                storage.attempts(),
                throttle,
                clock,
                random)));
    }
}
