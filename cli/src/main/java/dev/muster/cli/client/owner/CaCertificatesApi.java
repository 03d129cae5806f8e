package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.io.IOException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The CA certificates of the provisioning service, through the control plane. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/dps-certificate">DPS: certificates</a>
 */
public final class CaCertificatesApi {
    private static final String API_VERSION = "?api-version=2022-12-12";

    private final Rest rest;
    private final Caller caller;
    private final String base;

    CaCertificatesApi(Rest rest, Caller caller, String serviceName) {
        this.rest = rest;
        this.caller = caller;
        this.base = "/subscriptions/muster/resourceGroups/muster/providers/Microsoft.Devices/provisioningServices/"
                + Rest.encode(serviceName) + "/certificates";
    }

    public List<Document> list() throws IOException, InterruptedException {
        return Document.parseList(send("GET", "", Map.of(), ""));
    }

    public Document find(String name) throws IOException, InterruptedException {
        return Document.parse(send("GET", "/" + Rest.encode(name), Map.of(), ""));
    }

    /**
     * Uploads a certificate under a name that is not taken.
     *
     * @param verified whether the owner vouches for it
     */
    public Document add(String name, Certificate certificate, boolean verified)
            throws IOException, InterruptedException {
        return put("/" + Rest.encode(name), certificate, verified, "");
    }

    /**
     * Uploads another certificate in the place of one, unless that has changed since.
     *
     * @param before what {@link #add} or {@link #find} returned
     */
    public Document replace(Document before, Certificate certificate, boolean verified)
            throws IOException, InterruptedException {
        return put(path(before), certificate, verified, etag(before));
    }

    private Document put(String path, Certificate certificate, boolean verified, String etag)
            throws IOException, InterruptedException {
        Map<String, Object> properties = Map.of("certificate", base64(certificate), "isVerified", verified);
        return Document.parse(send("PUT", path, Map.of("properties", properties), etag));
    }

    /**
     * Proves possession of the key of a certificate that was added: signs another one, whose common name is the code
     * that the service asks for.
     *
     * @param added what {@link #add} or {@link #find} returned
     * @param issuer signs with that certificate's key
     * @return the certificate as it is now, verified
     */
    public Document prove(Document added, Issuer issuer) throws IOException, InterruptedException {
        Document asked = Document.parse(send("POST", path(added) + "/generateVerificationCode", Map.of(), etag(added)));
        PublicKey key = KeyAlgorithm.EC_P256.generate(new SecureRandom()).getPublic();
        Certificate proof = issuer.issue(Issuer.Request.of(
                CertificateProfile.verification(), asked.text("properties", "verificationCode"), key));
        return Document.parse(send("POST", path(added) + "/verify", Map.of("certificate", base64(proof)), etag(asked)));
    }

    /** @param added what {@link #add} or {@link #find} returned */
    public void delete(Document added) throws IOException, InterruptedException {
        send("DELETE", path(added), Map.of(), etag(added));
    }

    private static String base64(Certificate certificate) {
        return Base64.getEncoder().encodeToString(certificate.der());
    }

    private static String path(Document certificate) {
        return "/" + Rest.encode(certificate.text("name"));
    }

    private static String etag(Document certificate) {
        return certificate.text("etag");
    }

    private byte[] send(String method, String path, Map<String, Object> body, String etag)
            throws IOException, InterruptedException {
        byte[] bytes = body.isEmpty() ? new byte[0] : Document.of(body).bytes();
        Rest.Call call = caller.call(method, base + path + API_VERSION, bytes, "");
        return rest.send(etag.isEmpty() ? call : call.with("If-Match", etag)).body();
    }
}
