package dev.muster.server.http;

import dev.muster.base.AccessPolicies;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificateRegistry;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.server.wire.ManagementBodies;
import dev.muster.server.wire.ManagementBodies.Upload;
import java.util.Map;

/**
 * The control plane of the provisioning service, at Azure's paths; any subscription and resource group will do.
 * Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/dps-certificate">DPS: certificates</a>
 */
final class ManagementApi {
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final String RESOURCE = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}"
            + "/providers/Microsoft.Devices/provisioningServices/{service}";
    private static final String CERTIFICATE = RESOURCE + "/certificates/{certificate}";

    private final Service service;
    private final CaCertificateRegistry certificates;
    private final AccessPolicies policies;
    private final Hubs hubs;
    private final Administrator administrator;

    /** What the provisioning service is called. */
    record Service(String name, String idScope) {}

    ManagementApi(
            Service service,
            CaCertificateRegistry certificates,
            AccessPolicies policies,
            Hubs hubs,
            Administrator administrator) {
        this.service = service;
        this.certificates = certificates;
        this.policies = policies;
        this.hubs = hubs;
        this.administrator = administrator;
    }

    void addTo(Routes routes) {
        routes.add("GET", RESOURCE, route(this::resource));
        routes.add("POST", RESOURCE + "/listkeys", route(this::keys));
        routes.add("GET", RESOURCE + "/certificates", route(this::list));
        routes.add("GET", CERTIFICATE, route(this::certificate));
        routes.add("PUT", CERTIFICATE, route(this::upload));
        routes.add("DELETE", CERTIFICATE, route(this::delete));
        routes.add("POST", CERTIFICATE + "/generateVerificationCode", route(this::generateCode));
        routes.add("POST", CERTIFICATE + "/verify", route(this::verify));
    }

    private Routes.Route route(Operation operation) {
        Operation checked = call -> {
            checkService(call);
            return operation.answer(call);
        };
        return new Routes.Route(administrator.only(checked), ErrorStyle.MANAGEMENT, MAX_BODY_BYTES);
    }

    private Answer resource(Call call) {
        return Answer.json(
                200,
                ManagementBodies.print(new ManagementBodies.Resource(
                        resourceId(call),
                        service.name(),
                        service.idScope(),
                        call.host(),
                        hubs.all().stream().map(Devices::hub).toList())));
    }

    private Answer keys(Call call) {
        return Answer.json(200, ManagementBodies.print(policies.list(SharedAccess.PROVISIONING)));
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

    private void checkService(Call call) {
        if (!call.captured("service").equalsIgnoreCase(service.name())) {
            throw new Refusal(
                    Refusal.Reason.ENROLLMENT_NOT_FOUND,
                    "There is no provisioning service '" + call.captured("service") + "' here.");
        }
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
        return ManagementBodies.print(certificate, resourceId(call) + "/certificates/" + certificate.name());
    }

    private String resourceId(Call call) {
        return "/subscriptions/" + call.captured("subscription") + "/resourceGroups/" + call.captured("resourceGroup")
                + "/providers/Microsoft.Devices/provisioningServices/" + service.name();
    }
}
