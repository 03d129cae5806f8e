package dev.muster.cli.apply;

import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.ConnectionString;
import dev.muster.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Enrollments and devices as flat texts, the same whether the file or the server says it, so that they can be compared
 * and shown: certificates by their thumbprints, keys by a fingerprint, and nothing that only the server says.
 * Stateless.
 */
final class Members {
    /** What a declaration can say, by the beginnings of the paths to it. */
    private static final Set<String> COMPARED = Set.of(
            "deviceId",
            "provisioningStatus",
            "allocationPolicy",
            "iotHubs",
            "capabilities.",
            "reprovisionPolicy.",
            "initialTwin.",
            "customAllocationDefinition.",
            "attestation.",
            "authentication.",
            "status",
            "statusReason");

    /** Stated as a whole: what is not declared below them is to go. */
    private static final Set<String> WHOLE =
            Set.of("attestation", "authentication", "initialTwin", "customAllocationDefinition");

    private static final Set<String> SECRETS = Set.of("primaryKey", "secondaryKey", "endorsementKey", "storageRootKey");
    private static final int FINGERPRINT_BYTES = 4;
    private static final String SHA256 = "sha256Thumbprint";

    private Members() {}

    /** What is said of it; an empty text is nothing said. */
    static Map<String, String> of(Document body) {
        Map<String, String> members = new TreeMap<>();
        body.flat().forEach((path, value) -> {
            if (!value.isEmpty() && isCompared(path)) {
                add(path, value, members);
            }
        });
        if (!body.texts("iotHubs").isEmpty()) {
            members.put("iotHubs", hubs(body));
        }
        return members;
    }

    /** Whether the server's member, which is not declared, is to go; keys that it made are kept. */
    static boolean isUnwanted(String path, Set<String> declared) {
        String top = top(path);
        return WHOLE.contains(top)
                && !(path.contains(".symmetricKey.") || path.endsWith(".tpm.storageRootKey"))
                && declared.stream().anyMatch(member -> top(member).equals(top));
    }

    /** The member of the body itself that a path leads into. */
    static String top(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    /** As the server shows it. */
    static String masked(ConnectionString text) {
        return "HostName=" + text.hostName().toLowerCase(Locale.ROOT) + ";SharedAccessKeyName=" + text.keyName()
                + ";SharedAccessKey=****";
    }

    private static boolean isCompared(String path) {
        return COMPARED.stream().anyMatch(known -> known.endsWith(".") ? path.startsWith(known) : path.equals(known));
    }

    private static void add(String path, String value, Map<String, String> members) {
        String last = last(path);
        if (path.startsWith("initialTwin.")) {
            members.put(path, value);
        } else if (SECRETS.contains(last)) {
            members.put(path, "sha256:" + fingerprint(value));
        } else if (last.equals("certificate")) {
            thumbprint(value)
                    .ifPresent(thumbprint -> members.put(path.replaceFirst("certificate$", SHA256), thumbprint));
        } else if (path.contains(".info.")) {
            if (last.equals(SHA256)) {
                members.put(path.replace(".info.", "."), value.toUpperCase(Locale.ROOT));
            }
        } else if (last.endsWith("Thumbprint")) {
            members.put(path, value.toUpperCase(Locale.ROOT));
        } else if (last.equals("webhookUrl")) {
            members.put(path, value.replaceFirst("\\?.*", "?****"));
        } else {
            members.put(path, value);
        }
    }

    private static String hubs(Document body) {
        return body.texts("iotHubs").stream()
                .map(hub -> hub.toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static Optional<String> thumbprint(String certificate) {
        try {
            return Optional.of(
                    Pem.certificates(certificate).getFirst().thumbprint().hex());
        } catch (Refusal _) {
            return Optional.empty();
        }
    }

    private static String fingerprint(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
