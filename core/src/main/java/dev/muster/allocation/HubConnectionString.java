package dev.muster.allocation;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How a hub and the right to use it are written down.
 *
 * @param endpoint host name, with a port where it has one, which Azure's never have
 * @param key empty where it is masked
 */
record HubConnectionString(String endpoint, String policy, Optional<SymmetricKey> key) {
    private static final Pattern ENDPOINT = Pattern.compile("[A-Za-z0-9._-]{1,253}(:\\d{1,5})?");
    private static final Pattern MASK = Pattern.compile("\\*+");
    private static final int MAX_LENGTH = 1024;

    /**
     * @param text {@code HostName=...;SharedAccessKeyName=...;SharedAccessKey=...}
     * @throws Refusal INVALID_ARGUMENT
     */
    static HubConnectionString parse(String text) {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field : text.strip().split(";")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(
                        field.substring(0, equals).strip(),
                        field.substring(equals + 1).strip());
            }
        }
        String endpoint = fields.getOrDefault("HostName", "");
        String policy = fields.getOrDefault("SharedAccessKeyName", "");
        String key = fields.getOrDefault("SharedAccessKey", "");
        if (text.length() > MAX_LENGTH || !ENDPOINT.matcher(endpoint).matches() || policy.isEmpty() || key.isEmpty()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The connection string of the IoT hub is not valid.",
                    new Explanation(
                            "connection string",
                            "it is not of the form HostName=...;SharedAccessKeyName=...;SharedAccessKey=...",
                            "copy that of a policy with the rights RegistryWrite and ServiceConnect"));
        }
        return new HubConnectionString(
                endpoint.toLowerCase(Locale.ROOT),
                policy,
                MASK.matcher(key).matches() ? Optional.empty() : Optional.of(new SymmetricKey(key)));
    }

    static String masked(String endpoint, String policy) {
        return "HostName=" + endpoint + ";SharedAccessKeyName=" + policy + ";SharedAccessKey=****";
    }

    /** What devices call the hub. */
    String hostName() {
        return endpoint.replaceFirst(":\\d+$", "");
    }
}
