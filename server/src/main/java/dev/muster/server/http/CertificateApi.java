package dev.muster.server.http;

import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificateRegistry;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.ManagementBodies;
import dev.muster.server.wire.ManagementBodies.Upload;
import java.util.Map;

/**
 * The owner's CA certificates in the control plane, at Azure's paths. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/dps-certificate">DPS: certificates</a>
 */
final class CertificateApi {
    private static final String CERTIFICATES = ManagedService.RESOURCE + "/certificates";
    private static final String CERTIFICATE = CERTIFICATES + "/{certificate}";

    private final ManagedService managed;
    private final CaCertificateRegistry certificates;

    CertificateApi(ManagedService managed, CaCertificateRegistry certificates) {
        this.managed = managed;
        this.certificates = certificates;
    }

    void addTo(Routes routes) {
        routes.add("GET", CERTIFICATES, managed.route(this::list));
        routes.add("GET", CERTIFICATE, managed.route(this::certificate));
        routes.add("PUT", CERTIFICATE, managed.route(this::upload));
        routes.add("DELETE", CERTIFICATE, managed.route(this::delete));
        routes.add("POST", CERTIFICATE + "/generateVerificationCode", managed.route(this::generateCode));
        routes.add("POST", CERTIFICATE + "/verify", managed.route(this::verify));
    }

    private Answer list(Call call) {
        return Answer.json(
                200,
                Map.of(
                        "value",
                        certificates.list().stream()
                                .map(certificate -> print(certificate, call))
                                .toList()));
    }

    private Answer certificate(Call call) {
        return answer(certificates.find(name(call)), call);
    }

    private Answer upload(Call call) {
        Upload upload = ManagementBodies.parseUpload(call.json());
        Precondition precondition = call.ifMatch().orElseGet(Precondition.Absent::new);
        return answer(certificates.upload(name(call), upload.certificate(), upload.verified(), precondition), call);
    }

    private Answer delete(Call call) {
        certificates.delete(name(call), requiredMatch(call));
        return Answer.empty(204);
    }

    private Answer generateCode(Call call) {
        return answer(certificates.generateVerificationCode(name(call), requiredMatch(call)), call);
    }

    private Answer verify(Call call) {
        return answer(
                certificates.verify(name(call), ManagementBodies.parseProof(call.json()), requiredMatch(call)), call);
    }

    private static Precondition requiredMatch(Call call) {
        return call.ifMatch()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "If-Match is required.",
                        new Explanation(
                                "the request",
                                "it does not say which version of the certificate it means",
                                "send the etag that you have read, or * for any")));
    }

    private static String name(Call call) {
        return call.captured("certificate");
    }

    private Answer answer(CaCertificate certificate, Call call) {
        return Answer.json(200, print(certificate, call));
    }

    private Map<String, Object> print(CaCertificate certificate, Call call) {
        return ManagementBodies.print(certificate, managed.path(call) + "/certificates/" + certificate.name());
    }
}
