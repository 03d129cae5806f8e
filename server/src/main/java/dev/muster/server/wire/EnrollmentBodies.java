package dev.muster.server.wire;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.Settings;
import dev.muster.enrollment.EnrollmentRegistry.GroupDraft;
import dev.muster.enrollment.EnrollmentRegistry.IndividualDraft;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.Registration;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Enrollments as the service API writes them. What is read-only is passed over on the way in, since clients send back
 * what they were given; null is never printed.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment">DPS: individual
 *     enrollment</a>
 */
public final class EnrollmentBodies {
    private static final Map<String, Boolean> STATUSES = Map.of("enabled", true, "disabled", false);
    private static final Map<String, AllocationPolicy> POLICIES = Map.of(
            "hashed", AllocationPolicy.HASHED,
            "geoLatency", AllocationPolicy.GEO_LATENCY,
            "static", AllocationPolicy.STATIC,
            "custom", AllocationPolicy.CUSTOM);

    /** Members that are kept and not looked at, of groups and individual enrollments. */
    private static final List<String> FURTHER = List.of(
            "trustBundleId",
            "clientCertificateIssuancePolicy",
            "serverCertificateIssuancePolicy",
            "credentialPolicyName");

    private static final List<String> FURTHER_OF_INDIVIDUALS = Stream.concat(
                    FURTHER.stream(), Stream.of("deviceHostname", "deviceIpAddress"))
            .toList();

    private EnrollmentBodies() {}

    /**
     * @param registrationId of the path
     * @throws Refusal INVALID_ARGUMENT
     */
    public static IndividualDraft parseIndividual(String registrationId, Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        checkSame("registrationId", registrationId, body);
        return new IndividualDraft(
                new RegistrationId(registrationId),
                body.filledText("deviceId"),
                AttestationBodies.parse(body.object("attestation")),
                settings(body),
                body.object("optionalDeviceInformation")
                        .map(JsonObject::members)
                        .orElse(Map.of()),
                further(body, FURTHER_OF_INDIVIDUALS));
    }

    /**
     * @param id of the path
     * @throws Refusal INVALID_ARGUMENT
     */
    public static GroupDraft parseGroup(String id, Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        checkSame("enrollmentGroupId", id, body);
        return new GroupDraft(
                id, AttestationBodies.parse(body.object("attestation")), settings(body), further(body, FURTHER));
    }

    public static Map<String, Object> print(Enrollment.Individual enrollment, Optional<Registration> registration) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("registrationId", enrollment.registrationId().value());
        enrollment.deviceId().ifPresent(id -> body.put("deviceId", id));
        registration.ifPresent(state -> body.put("registrationState", registrationState(state)));
        if (!enrollment.optionalDeviceInformation().isEmpty()) {
            body.put("optionalDeviceInformation", enrollment.optionalDeviceInformation());
        }
        common(body, enrollment);
        return body;
    }

    public static Map<String, Object> print(Enrollment.Group group) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("enrollmentGroupId", group.id());
        common(body, group);
        return body;
    }

    /** A registration as the service sees it. */
    public static Map<String, Object> registrationState(Registration registration) {
        Map<String, Object> body = new LinkedHashMap<>();
        DeviceBodies.registrationState(body, registration);
        return body;
    }

    /**
     * The version that a client demands of a registration: what it was shown is base64 of the quoted etag.
     *
     * @throws Refusal PRECONDITION_FAILED when it cannot be one
     */
    public static Precondition registrationVersion(Precondition shown) {
        if (!(shown instanceof Precondition.Matches(Etag etag))) {
            return shown;
        }
        try {
            byte[] quoted = Base64.getDecoder().decode(etag.value());
            return new Precondition.Matches(new Etag(new String(quoted, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Reason.PRECONDITION_FAILED, "The etag is not that of a registration.");
        }
    }

    private static void checkSame(String member, String inPath, JsonObject body) {
        body.filledText(member).filter(id -> !id.equalsIgnoreCase(inPath)).ifPresent(_ -> {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT, "The " + member + " of the body is not that of the path.");
        });
    }

    private static Settings settings(JsonObject body) {
        // iotHubHostName is the old way to say: this hub and no other.
        Optional<String> onlyHub = body.filledText("iotHubHostName");
        List<String> hubs = body.texts("iotHubs");
        Optional<AllocationPolicy> policy = body.choice("allocationPolicy", POLICIES);
        boolean legacy = onlyHub.isPresent() && hubs.isEmpty();
        Optional<JsonObject> reprovision = body.object("reprovisionPolicy");
        return new Settings(
                body.choice("provisioningStatus", STATUSES).orElse(true),
                body.object("capabilities")
                        .flatMap(capabilities -> capabilities.flag("iotEdge"))
                        .orElse(false),
                new Enrollment.ReprovisionPolicy(
                        reprovision
                                .flatMap(value -> value.flag("updateHubAssignment"))
                                .orElse(true),
                        reprovision
                                .flatMap(value -> value.flag("migrateDeviceData"))
                                .orElse(true)),
                legacy ? Optional.of(policy.orElse(AllocationPolicy.STATIC)) : policy,
                legacy ? List.of(onlyHub.get()) : hubs,
                body.object("customAllocationDefinition")
                        .map(EnrollmentBodies::webhook)
                        .orElse(null),
                body.object("initialTwin").map(EnrollmentBodies::initialTwin).orElse(null));
    }

    private static Enrollment.Webhook webhook(JsonObject definition) {
        return new Enrollment.Webhook(definition.required("webhookUrl"), definition.required("apiVersion"));
    }

    static Enrollment.InitialTwin initialTwin(JsonObject twin) {
        return new Enrollment.InitialTwin(
                twin.object("tags").map(JsonObject::members).orElse(Map.of()),
                twin.object("properties")
                        .flatMap(properties -> properties.object("desired"))
                        .map(JsonObject::members)
                        .orElse(Map.of()));
    }

    /** The answer to whoever wrote it, which alone shows the keys. */
    public static Map<String, Object> printWritten(
            Enrollment.Individual enrollment, Optional<Registration> registration) {
        return withKeys(print(enrollment, registration), enrollment);
    }

    /** Likewise. */
    public static Map<String, Object> printWritten(Enrollment.Group group) {
        return withKeys(print(group), group);
    }

    private static Map<String, Object> withKeys(Map<String, Object> body, Enrollment enrollment) {
        body.put("attestation", AttestationBodies.printWithKeys(enrollment.attestation()));
        return body;
    }

    private static Map<String, Object> further(JsonObject body, List<String> names) {
        Map<String, Object> further = new LinkedHashMap<>();
        names.forEach(name -> body.value(name).ifPresent(value -> further.put(name, value)));
        return further;
    }

    private static void common(Map<String, Object> body, Enrollment enrollment) {
        Settings settings = enrollment.settings();
        body.putAll(enrollment.further());
        body.put("attestation", AttestationBodies.print(enrollment.attestation()));
        body.put("capabilities", Map.of("iotEdge", settings.iotEdge()));
        Enrollment.InitialTwin twin = settings.initialTwin();
        if (twin != null) {
            body.put("initialTwin", Map.of("tags", twin.tags(), "properties", Map.of("desired", twin.desired())));
        }
        body.put("etag", etag(enrollment.stamp().etag()));
        body.put("provisioningStatus", settings.enabled() ? "enabled" : "disabled");
        body.put(
                "reprovisionPolicy",
                Map.of(
                        "updateHubAssignment", settings.reprovisionPolicy().updateHubAssignment(),
                        "migrateDeviceData", settings.reprovisionPolicy().migrateDeviceData()));
        body.put("createdDateTimeUtc", Timestamps.print(enrollment.stamp().created()));
        body.put("lastUpdatedDateTimeUtc", Timestamps.print(enrollment.stamp().updated()));
        settings.allocationPolicy().ifPresent(policy -> body.put("allocationPolicy", spelled(policy)));
        if (!settings.hubs().isEmpty()) {
            body.put("iotHubs", settings.hubs());
        }
        Enrollment.@Nullable Webhook webhook = settings.customAllocation();
        if (webhook != null) {
            body.put(
                    "customAllocationDefinition",
                    Map.of("webhookUrl", webhook.maskedUrl(), "apiVersion", webhook.apiVersion()));
        }
    }

    private static String spelled(AllocationPolicy policy) {
        return switch (policy) {
            case HASHED -> "hashed";
            case GEO_LATENCY -> "geoLatency";
            case STATIC -> "static";
            case CUSTOM -> "custom";
        };
    }

    /** Azure's etags of enrollments have their quotes within the JSON string. */
    private static String etag(Etag etag) {
        return '"' + etag.value() + '"';
    }
}
