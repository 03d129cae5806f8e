package dev.muster.server.wire.certificate;

import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.certification.CertificateRequest;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import dev.muster.server.wire.JsonObject;
import dev.muster.server.wire.Timestamps;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the owner sees of the certificates that wait for approval, and what the owner says to it. */
public final class CertificateRequestBodies {
    private CertificateRequestBodies() {}

    /**
     * The {@code reason} for a denial, or an empty one.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static String parseReason(Map<String, Object> json) {
        return new JsonObject(json).text("reason").orElse("");
    }

    public static Map<String, Object> print(Page<CertificateRequest> page) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "value",
                page.items().stream().map(CertificateRequestBodies::print).toList());
        page.next().ifPresent(next -> body.put("next", next));
        return body;
    }

    public static Map<String, Object> print(CertificateRequest request) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", request.id());
        body.put("deviceId", request.device());
        body.put("authority", request.authority());
        print(request.state(), body);
        body.put("basis", FleetBodies.basis(request.basis().kind()));
        body.put("basisId", request.basis().id());
        body.put("address", request.address());
        body.put("askedUtc", Timestamps.print(request.asked()));
        body.put("expiresUtc", Timestamps.print(request.expires()));
        body.put("keyAlgorithm", KeyAlgorithm.describe(request.request().key()));
        body.put(
                "keyThumbprint",
                Thumbprint.of(request.request().key().getEncoded()).hex());
        body.put("csr", request.request().pem());
        return body;
    }

    private static void print(State state, Map<String, Object> body) {
        switch (state) {
            case State.Waiting() -> body.put("state", "waiting");
            case State.Approved(Instant since) -> print("approved", since, body);
            case State.Denied(Instant since, String reason) -> {
                print("denied", since, body);
                body.put("reason", reason);
            }
            case State.Issued(Instant since, Thumbprint certificate) -> {
                print("issued", since, body);
                body.put("thumbprint", certificate.hex());
            }
        }
    }

    private static void print(String state, Instant since, Map<String, Object> body) {
        body.put("state", state);
        body.put("sinceUtc", Timestamps.print(since));
    }
}
