package dev.muster.cli.client;

import dev.muster.pki.Certificate;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Enrollments of one kind, individual ones or groups, through the service API. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment">DPS: service API</a>
 */
public final class EnrollmentsApi {
    private static final String API_VERSION = "?api-version=2021-10-01";

    private static final Map<String, ?> SYMMETRIC_KEYS = Map.of("type", "symmetricKey");

    private final Rest rest;
    private final ConnectionString key;
    private final String kind;

    /** @param kind the name in the path, {@code enrollments} or {@code enrollmentGroups} */
    EnrollmentsApi(Rest rest, ConnectionString key, String kind) {
        this.rest = rest;
        this.key = key;
        this.kind = kind;
    }

    /** A group of all devices that a certificate signs, which is stored in the group. */
    public static Document groupSignedBy(String id, Certificate authority) {
        return group(id, Map.of("signingCertificates", slots(authority)));
    }

    /** A group of all devices that an uploaded CA certificate signs. */
    public static Document groupOf(String id, String caName) {
        return group(id, Map.of("caReferences", Map.of("primary", caName)));
    }

    /** One device with its own certificate. */
    public static Document deviceWith(String registrationId, Certificate certificate) {
        return Document.of(Map.of(
                "registrationId",
                registrationId,
                "attestation",
                x509(Map.of("clientCertificates", slots(certificate)))));
    }

    /** One device with two keys that the server makes. */
    public static Document deviceWithKeys(String registrationId) {
        return Document.of(Map.of("registrationId", registrationId, "attestation", SYMMETRIC_KEYS));
    }

    /** A group of all devices with a key derived from one of two that the server makes. */
    public static Document groupWithKeys(String id) {
        return Document.of(Map.of("enrollmentGroupId", id, "attestation", SYMMETRIC_KEYS));
    }

    /**
     * One device with its TPM.
     *
     * @param endorsementKey base64
     */
    public static Document deviceWithTpm(String registrationId, String endorsementKey) {
        return Document.of(Map.of(
                "registrationId",
                registrationId,
                "attestation",
                Map.of("type", "tpm", "tpm", Map.of("endorsementKey", endorsementKey))));
    }

    /** How the devices prove themselves, with the keys for it. */
    public Document attestation(String id) throws IOException, InterruptedException {
        return Document.parse(rest.send(call("POST", "/" + Rest.encode(id) + "/attestationmechanism", new byte[0]))
                .body());
    }

    /** @throws RefusedByServer when there is one of that id already */
    public Document create(String id, Document enrollment) throws IOException, InterruptedException {
        return Document.parse(rest.send(call("PUT", "/" + Rest.encode(id), enrollment.bytes()))
                .body());
    }

    /**
     * Writes up to ten of them at once.
     *
     * @param mode what to do with each, such as {@code create}
     * @return an error for each that was refused
     */
    List<Document> bulk(String mode, List<Document> enrollments) throws IOException, InterruptedException {
        byte[] body = Document.of(Map.of("mode", mode, kind, Document.values(enrollments)))
                .bytes();
        return Document.parse(rest.send(call("POST", "", body)).body()).list("errors");
    }

    public Document find(String id) throws IOException, InterruptedException {
        return Document.parse(
                rest.send(call("GET", "/" + Rest.encode(id), new byte[0])).body());
    }

    /** @param enrollment as it was found, with what is to change; refused when it has changed since */
    public Document update(String id, Document enrollment) throws IOException, InterruptedException {
        Rest.Call call = call("PUT", "/" + Rest.encode(id), enrollment.bytes());
        return Document.parse(
                rest.send(call.with("If-Match", enrollment.text("etag"))).body());
    }

    public void delete(String id) throws IOException, InterruptedException {
        rest.send(call("DELETE", "/" + Rest.encode(id), new byte[0]));
    }

    /** All of them, page by page. */
    public List<Document> list() throws IOException, InterruptedException {
        byte[] query = Document.of(Map.of("query", "SELECT * FROM " + kind)).bytes();
        List<Document> all = new ArrayList<>();
        Optional<String> continuation = Optional.empty();
        do {
            Rest.Call call = call("POST", "/query", query);
            HttpResponse<byte[]> page = rest.send(continuation
                    .map(token -> call.with("x-ms-continuation", token))
                    .orElse(call));
            all.addAll(Document.parseList(page.body()));
            continuation = page.headers().firstValue("x-ms-continuation");
        } while (continuation.isPresent());
        return all;
    }

    private static Document group(String id, Map<String, ?> x509) {
        return Document.of(Map.of("enrollmentGroupId", id, "attestation", x509(x509)));
    }

    private static Map<String, ?> x509(Map<String, ?> x509) {
        return Map.of("type", "x509", "x509", x509);
    }

    private static Map<String, ?> slots(Certificate certificate) {
        return Map.of("primary", Map.of("certificate", Base64.getEncoder().encodeToString(certificate.der())));
    }

    private Rest.Call call(String method, String path, byte[] body) {
        return new Rest.Call(
                method, "/" + kind + path + API_VERSION, body, Map.of("Authorization", key.token(Instant.now())));
    }
}
