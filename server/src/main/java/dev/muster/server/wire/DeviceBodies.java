package dev.muster.server.wire;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.registration.Credential;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registrar.Operation;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Disabled;
import dev.muster.registration.RegistrationState.Failed;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.registration.RegistrationState.Unassigned;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bodies of the device API, the same on every transport. No member is ever null, since several SDKs fail on one.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration">DPS: runtime registration</a>
 */
public final class DeviceBodies {
    /** Azure's limit for a message to the provisioning service. */
    public static final int MAX_BODY_BYTES = 96 * 1024;

    private static final int MAX_CHAIN = 3;

    private DeviceBodies() {}

    /**
     * What a device says when it registers.
     *
     * @param registrationId absent where the connection names the device
     */
    public record Register(Optional<String> registrationId, Registrar.Contents contents) {
        /**
         * This, of the device that the path or the connection names.
         *
         * @throws Refusal INVALID_ARGUMENT when it is another's
         */
        public Register of(String device) {
            registrationId.filter(id -> !id.equalsIgnoreCase(device)).ifPresent(id -> {
                throw new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The registration id of the body is not that of the device.",
                        new Explanation(
                                "device '" + device + "'",
                                "its body has the registration id '" + id + "'",
                                "let the SDK build the request"));
            });
            return this;
        }
    }

    /**
     * @param body may be empty: the C# SDK sends nothing over MQTT
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Register parseRegister(byte[] body) {
        JsonObject json = new JsonObject(body.length == 0 ? Map.of() : Json.parseObject(body));
        return new Register(
                json.text("registrationId"),
                new Registrar.Contents(
                        payload(json),
                        json.object("tpm").map(DeviceBodies::tpm),
                        json.text("csr").or(() -> json.text("clientCertificateCsr"))));
    }

    /** Java sends the object as a string, and Python null where there is none. */
    private static Optional<Object> payload(JsonObject body) {
        return body.value("payload")
                .map(value -> value instanceof String text
                        ? Json.parseIfObject(text).<Object>map(object -> object).orElse(text)
                        : value);
    }

    private static TpmKeys tpm(JsonObject tpm) {
        return new TpmKeys(
                TpmPublicKey.parse(tpm.required("endorsementKey")), TpmPublicKey.parse(tpm.required("storageRootKey")));
    }

    /** The answer to a registration, whatever its outcome: devices ask for that. */
    public static byte[] accepted(Operation operation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("operationId", operation.id());
        body.put("status", "assigning");
        return Json.print(body);
    }

    /** @param apiVersion that the device asks with, where its connection has one */
    public static byte[] result(Operation operation, Optional<String> apiVersion) {
        Map<String, Object> state = registrationState(operation.registration());
        if (apiVersion.filter(DeviceApiVersion::hasOneCertificate).isPresent()) {
            operation.given().chain().stream()
                    .findFirst()
                    .ifPresent(leaf -> state.put("issuedClientCertificate", Pem.write(leaf)));
            operation
                    .given()
                    .trustBundle()
                    .ifPresent(bundle -> state.put("trustBundle", PreviewBodies.print(bundle, true)));
        } else if (!operation.given().chain().isEmpty()) {
            state.put("issuedCertificateChain", chain(operation.given().chain()));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("operationId", operation.id());
        body.put("status", status(operation.registration().state()));
        body.put("registrationState", state);
        return Json.print(body);
    }

    /** Embedded C has room for three, and does not look whether there are more. */
    private static List<String> chain(List<Certificate> chain) {
        return chain.stream()
                .limit(MAX_CHAIN)
                .map(certificate -> Base64.getEncoder().encodeToString(certificate.der()))
                .toList();
    }

    /** A registration as its device sees it. */
    public static Map<String, Object> registrationState(Registration registration) {
        Map<String, Object> attestation = new LinkedHashMap<>();
        registration.groupId().ifPresent(group -> attestation.put("enrollmentGroupId", group));
        Map<String, Object> body = new LinkedHashMap<>();
        switch (registration.credential()) {
            case Credential.Leaf _ -> body.put("x509", attestation);
            case Credential.Key() -> body.put("symmetricKey", attestation);
            case Credential.Tpm(String authenticationKey) ->
                body.put("tpm", Map.of("authenticationKey", authenticationKey));
        }
        registrationState(body, registration);
        return body;
    }

    /** Adds what device and service see alike. */
    static void registrationState(Map<String, Object> body, Registration registration) {
        body.put("registrationId", registration.id().value());
        body.put("createdDateTimeUtc", Timestamps.print(registration.created()));
        switch (registration.state()) {
            case Assigned(Assignment assignment, Substatus substatus) -> {
                body.put("assignedHub", assignment.hub());
                body.put("deviceId", assignment.deviceId());
                body.put("substatus", substatus(substatus));
                assignment.payload().ifPresent(payload -> body.put("payload", payload));
            }
            case Failed(int code, String message, var _) -> {
                body.put("errorCode", code);
                body.put("errorMessage", message);
            }
            case Unassigned(), Assigning _, Disabled _ -> {}
        }
        body.put("status", status(registration.state()));
        body.put("lastUpdatedDateTimeUtc", Timestamps.print(registration.updated()));
        body.put("etag", etag(registration));
    }

    /** The answer to a device that is to prove its TPM, with status 401; the C SDK insists on the key's name. */
    public static byte[] challenge(byte[] authenticationKey) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("message", "Authorization required.");
        body.put("authenticationKey", Base64.getEncoder().encodeToString(authenticationKey));
        body.put("keyName", "registration");
        return Json.print(body);
    }

    /** The error body of the provisioning service's APIs, device side and service side. */
    public static byte[] error(Refusal refusal, Instant now) {
        return error(ErrorCode.of(refusal.reason()), refusal.text(), refusal.trackingId(), now);
    }

    public static byte[] error(ErrorCode code, String message, String trackingId, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorCode", code.number());
        body.put("trackingId", trackingId);
        body.put("message", message);
        body.put("timestampUtc", Timestamps.print(now));
        return Json.print(body);
    }

    /** Azure's form of a registration's etag: base64 of the quoted value. */
    private static String etag(Registration registration) {
        String quoted = '"' + registration.etag().value() + '"';
        return Base64.getEncoder().encodeToString(quoted.getBytes(StandardCharsets.UTF_8));
    }

    private static String status(RegistrationState state) {
        return switch (state) {
            case Unassigned() -> "unassigned";
            case Assigning _ -> "assigning";
            case Assigned _ -> "assigned";
            case Failed _ -> "failed";
            case Disabled _ -> "disabled";
        };
    }

    private static String substatus(Substatus substatus) {
        return switch (substatus) {
            case INITIAL_ASSIGNMENT -> "initialAssignment";
            case DEVICE_DATA_MIGRATED -> "deviceDataMigrated";
            case DEVICE_DATA_RESET -> "deviceDataReset";
            case REPROVISIONED_TO_INITIAL_ASSIGNMENT -> "reprovisionedToInitialAssignment";
        };
    }
}
