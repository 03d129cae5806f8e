package dev.muster.cli.client.owner;

import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
import dev.muster.pki.Certificate;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
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

    /** As many as in the keys that the service makes. */
    private static final int KEY_BYTES = 64;

    private static final Map<String, ?> SYMMETRIC_KEYS = Map.of("type", "symmetricKey");

    private final Rest rest;
    private final Caller caller;
    private final String kind;

    /** @param kind the name in the path, {@code enrollments} or {@code enrollmentGroups} */
    EnrollmentsApi(Rest rest, Caller caller, String kind) {
        this.rest = rest;
        this.caller = caller;
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
        return Document.parse(rest.send(reading("POST", "/" + Rest.encode(id) + "/attestationmechanism", new byte[0]))
                .body());
    }

    /** @throws RefusedByServer when there is one of that id already */
    public Document create(String id, Document enrollment) throws IOException, InterruptedException {
        return Document.parse(rest.send(writing("PUT", "/" + Rest.encode(id), enrollment.bytes()))
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
        return Document.parse(rest.send(writing("POST", "", body)).body()).list("errors");
    }

    public Document find(String id) throws IOException, InterruptedException {
        return Document.parse(
                rest.send(reading("GET", "/" + Rest.encode(id), new byte[0])).body());
    }

    /** @param enrollment as it was found, with what is to change; refused when it has changed since */
    public Document update(String id, Document enrollment) throws IOException, InterruptedException {
        Rest.Call call = writing("PUT", "/" + Rest.encode(id), enrollment.bytes());
        return Document.parse(
                rest.send(call.with("If-Match", enrollment.text("etag"))).body());
    }

    /**
     * Makes a new key of one that has symmetric keys.
     *
     * @param enrollment as it was found
     * @param which {@code primaryKey} or {@code secondaryKey}; the other one stays
     * @throws Refusal INVALID_ARGUMENT when it has none
     */
    public void rotate(Document enrollment, String id, String which) throws IOException, InterruptedException {
        if (!enrollment.text("attestation", "type").equals("symmetricKey")) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "'" + id + "' has no symmetric keys.");
        }
        String key = SymmetricKey.random(KEY_BYTES, new SecureRandom()).base64();
        update(id, enrollment.with("attestation", Map.of("type", "symmetricKey", "symmetricKey", Map.of(which, key))));
    }

    public void delete(String id) throws IOException, InterruptedException {
        rest.send(writing("DELETE", "/" + Rest.encode(id), new byte[0]));
    }

    /** @param enrollment as it was found; refused when it has changed since */
    public void delete(String id, Document enrollment) throws IOException, InterruptedException {
        Rest.Call call = writing("DELETE", "/" + Rest.encode(id), new byte[0]);
        rest.send(call.with("If-Match", enrollment.text("etag")));
    }

    /** All of them, page by page. */
    public List<Document> list() throws IOException, InterruptedException {
        byte[] query = Document.of(Map.of("query", "SELECT * FROM " + kind)).bytes();
        List<Document> all = new ArrayList<>();
        Optional<String> continuation = Optional.empty();
        do {
            Rest.Call call = reading("POST", "/query", query);
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

    private Rest.Call reading(String method, String path, byte[] body) {
        return caller.call(method, "/" + kind + path + API_VERSION, body, "EnrollmentRead");
    }

    private Rest.Call writing(String method, String path, byte[] body) {
        return caller.call(method, "/" + kind + path + API_VERSION, body, "EnrollmentWrite");
    }
}
