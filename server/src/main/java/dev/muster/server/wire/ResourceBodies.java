package dev.muster.server.wire;

import dev.muster.allocation.HubLink;
import dev.muster.allocation.LinkedHubRegistry;
import dev.muster.base.AccessPolicyRegistry;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.registration.ProvisioningService;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The bodies of the provisioning service as a resource, as Azure Resource Manager writes them. What a client sends back
 * as it read it is taken; what it would change and this server cannot is refused, saying so.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource">DPS: the resource</a>
 */
public final class ResourceBodies {
    private static final String TYPE = "Microsoft.Devices/ProvisioningServices";
    private static final String SKU = "S1";
    static final String LOCATION = "local";
    private static final Pattern NAME = Pattern.compile("(?![0-9]+$)(?!-)[a-zA-Z0-9-]{2,49}[a-zA-Z0-9]");
    /** Azure Resource Manager's limits for tags. */
    private static final int MAX_TAGS = 50;

    private static final int MAX_TAG_VALUE = 256;
    private static final Pattern TAG_NAME = Pattern.compile("[^<>%&\\\\?/\\p{Cntrl}]{1,512}");
    private static final Map<String, AllocationPolicy> POLICIES = Map.of(
            "Hashed", AllocationPolicy.HASHED,
            "GeoLatency", AllocationPolicy.GEO_LATENCY,
            "Static", AllocationPolicy.STATIC);
    private static final Map<String, Right> RIGHTS =
            Arrays.stream(Right.values()).collect(Collectors.toMap(Right::wireName, right -> right));

    private ResourceBodies() {}

    /**
     * What the resource is called.
     *
     * @param path its id
     * @param host by which the server was called
     */
    public record Resource(String path, String name, String idScope, String host) {}

    public static Map<String, Object> print(Resource resource, ProvisioningService.Description description) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("state", "Active");
        properties.put("provisioningState", "Succeeded");
        properties.put("publicNetworkAccess", "Enabled");
        properties.put(
                "iotHubs",
                description.hubs().stream().map(ResourceBodies::print).toList());
        properties.put("allocationPolicy", spelled(description.allocationPolicy()));
        properties.put("serviceOperationsHostName", resource.host());
        properties.put("deviceProvisioningHostName", resource.host());
        properties.put("idScope", resource.idScope());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", resource.path());
        body.put("name", resource.name());
        body.put("type", TYPE);
        body.put("location", LOCATION);
        body.put("tags", description.tags());
        body.put("etag", description.etag().value());
        body.put("sku", Map.of("name", SKU, "tier", "Standard", "capacity", 1));
        body.put("properties", properties);
        return body;
    }

    /** With its keys, which are secrets. */
    public static Map<String, Object> print(SharedAccessPolicy policy) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("keyName", policy.name());
        body.put("primaryKey", policy.primaryKey());
        body.put("secondaryKey", policy.secondaryKey());
        body.put(
                "rights", policy.rights().stream().sorted().map(Right::wireName).collect(Collectors.joining(", ")));
        return body;
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static ProvisioningService.Change parse(Map<String, Object> json) {
        JsonObject body = JsonObject.camelCased(json);
        body.object("sku")
                .flatMap(sku -> sku.filledText("name"))
                .filter(sku -> !sku.equalsIgnoreCase(SKU))
                .ifPresent(sku -> {
                    throw unchangeable("sku", "there is one, " + SKU + ", and not '" + sku + "'");
                });
        body.object("identity")
                .flatMap(identity -> identity.filledText("type"))
                .filter(type -> !type.equalsIgnoreCase("None"))
                .ifPresent(_ -> {
                    throw unchangeable("identity", "there is no directory to have one in");
                });
        JsonObject properties = body.object("properties").orElseGet(() -> new JsonObject(Map.of()));
        properties
                .filledText("publicNetworkAccess")
                .filter(access -> !access.equalsIgnoreCase("Enabled"))
                .ifPresent(_ -> {
                    throw unchangeable("publicNetworkAccess", "who can reach the server is decided by its network");
                });
        checkNone(properties, "ipFilterRules");
        checkNone(properties, "privateEndpointConnections");
        return new ProvisioningService.Change(
                each(properties, "authorizationPolicies", ResourceBodies::policy),
                each(properties, "iotHubs", ResourceBodies::hub),
                properties.choice("allocationPolicy", POLICIES),
                tags(json));
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static ProvisioningService.Change parsePatch(Map<String, Object> json) {
        return new ProvisioningService.Change(Optional.empty(), Optional.empty(), Optional.empty(), tags(json));
    }

    public static Map<String, Object> sku() {
        return Map.of("name", SKU);
    }

    /**
     * Whether a service of the name that was asked for could be made, which is never so.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Map<String, Object> availability(Map<String, Object> json, String ours) {
        String name = JsonObject.camelCased(json).required("name");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("nameAvailable", false);
        if (name.equalsIgnoreCase(ours)) {
            body.put("reason", "AlreadyExists");
            body.put("message", "It is the name of this server's provisioning service.");
        } else {
            body.put("reason", "Invalid");
            body.put(
                    "message",
                    NAME.matcher(name).matches()
                            ? "A server has one provisioning service, this one's is '" + ours + "'."
                            : "A name has 3 to 51 letters, digits and hyphens, not digits alone, and begins and ends"
                                    + " with none of the hyphens.");
        }
        return body;
    }

    public static Refusal undeletable(String name) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The provisioning service cannot be deleted.",
                new Explanation(
                        "provisioning service '" + name + "'",
                        "it is this server",
                        "stop the server and delete its data directory"));
    }

    static <T> Optional<List<T>> each(JsonObject properties, String name, Function<JsonObject, T> parse) {
        return properties
                .value(name)
                .map(_ -> properties.objects(name).stream().map(parse).toList());
    }

    /** Clients that send back what they read want a connection string, so a hub of this server has one of a kind. */
    private static Map<String, Object> print(HubLink hub) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", hub.hostName());
        body.put(
                "connectionString",
                hub.maskedConnectionString()
                        .orElseGet(() -> "HostName=" + hub.hostName()
                                + ";SharedAccessKeyName=iothubowner;SharedAccessKey=****"));
        body.put("location", hub.location().isEmpty() ? LOCATION : hub.location());
        body.put("applyAllocationPolicy", hub.applyAllocationPolicy());
        body.put("allocationWeight", hub.weight());
        return body;
    }

    private static LinkedHubRegistry.Draft hub(JsonObject hub) {
        hub.filledText("authenticationType")
                .filter(type -> !type.equalsIgnoreCase("KeyBased"))
                .ifPresent(_ -> {
                    throw unchangeable("authenticationType", "hubs are reached with a connection string's key");
                });
        return new LinkedHubRegistry.Draft(
                hub.filledText("name"),
                hub.filledText("connectionString"),
                new LinkedHubRegistry.Terms(
                        hub.number("allocationWeight"),
                        hub.flag("applyAllocationPolicy"),
                        hub.filledText("location").filter(location -> !location.equals(LOCATION))));
    }

    private static String spelled(AllocationPolicy policy) {
        return POLICIES.entrySet().stream()
                .filter(known -> known.getValue() == policy)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the service's policy is never " + policy));
    }

    static AccessPolicyRegistry.Draft policy(JsonObject policy) {
        return new AccessPolicyRegistry.Draft(
                policy.required("keyName"),
                policy.filledText("primaryKey").map(SymmetricKey::new),
                policy.filledText("secondaryKey").map(SymmetricKey::new),
                rights(policy.required("rights")));
    }

    private static Set<Right> rights(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(ResourceBodies::right)
                .collect(Collectors.toSet());
    }

    private static Right right(String name) {
        return RIGHTS.entrySet().stream()
                .filter(right -> right.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The shared access policies are not valid.",
                        new Explanation(
                                "rights", "'" + name + "' is none", "use " + String.join(", ", RIGHTS.keySet()))));
    }

    /** Not camel-cased, since their names are the owner's. */
    private static Optional<Map<String, String>> tags(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        return body.object("tags").or(() -> body.object("Tags")).map(ResourceBodies::tags);
    }

    private static Map<String, String> tags(JsonObject object) {
        Map<String, String> tags = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : object.members().keySet()) {
            String value = object.text(name).orElse("");
            if (!TAG_NAME.matcher(name).matches() || value.length() > MAX_TAG_VALUE || tags.put(name, value) != null) {
                throw badTags("'" + name + "' is there twice, or its name or value is none");
            }
        }
        if (tags.size() > MAX_TAGS) {
            throw badTags("there are " + tags.size());
        }
        return tags;
    }

    private static Refusal badTags(String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The tags are not valid.",
                new Explanation(
                        "tags",
                        rule,
                        "there may be " + MAX_TAGS
                                + ", names of up to 512 characters without <>%&\\?/ that differ by more"
                                + " than case, and values of up to " + MAX_TAG_VALUE));
    }

    private static void checkNone(JsonObject properties, String name) {
        if (!properties.objects(name).isEmpty()) {
            throw unchangeable(name, "who can reach the server is decided by its network");
        }
    }

    private static Refusal unchangeable(String member, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The provisioning service cannot have this " + member + ".",
                new Explanation(
                        member,
                        rule,
                        "leave it out; what can be changed is properties.authorizationPolicies, .iotHubs and"
                                + " .allocationPolicy, and tags"));
    }
}
