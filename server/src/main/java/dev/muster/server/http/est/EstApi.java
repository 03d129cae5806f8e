package dev.muster.server.http.est;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.certification.Applicant;
import dev.muster.certification.DeviceCertification;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateBag;
import dev.muster.pki.Csr;
import dev.muster.pki.CsrAttributes;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The operations of Enrollment over Secure Transport, each with and without the name of an authority in its path.
 * Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7030">RFC 7030</a>, clarified by RFC 8951
 */
public final class EstApi implements Api {
    /** A request in base64, with line ends and whatever a client puts around it. */
    private static final int MAX_BODY_BYTES = 3 * Csr.MAX_DER_BYTES;

    private static final String CERTIFICATES = "application/pkcs7-mime; smime-type=certs-only";

    /** Some clients send no type, or what their HTTP library makes of a file. */
    private static final Set<String> REQUESTS =
            Set.of("", "application/pkcs10", "application/x-pkcs10", "application/octet-stream", "text/plain");

    /** For a decision that people make. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    /** In one line, since strongSwan reads no other (RFC 8951 section 3.1 leaves it open). */
    private static final Base64.Encoder BODY = Base64.getEncoder();

    private final DeviceCertification certification;

    public EstApi(DeviceCertification certification) {
        this.certification = certification;
    }

    @Override
    public void addTo(Routes routes) {
        for (String base : List.of("/.well-known/est/", "/.well-known/est/{label}/")) {
            routes.add("GET", base + "cacerts", open(this::authorities));
            routes.add("GET", base + "csrattrs", open(this::attributes));
            routes.add("POST", base + "simpleenroll", route(this::enroll));
            routes.add("POST", base + "simplereenroll", route(this::renew));
            routes.add("POST", base + "serverkeygen", route(this::generate));
        }
    }

    private static Routes.Route open(Operation operation) {
        return new Routes.Route(operation, ErrorStyle.TEXT, 0, true);
    }

    private static Routes.Route route(Operation operation) {
        return new Routes.Route(operation, ErrorStyle.TEXT, MAX_BODY_BYTES);
    }

    private Answer authorities(Call call) {
        return certificates(certification.authorities(applicant(call), label(call)));
    }

    private Answer enroll(Call call) {
        return answer(certification.enroll(applicant(call), label(call), request(call)));
    }

    private Answer renew(Call call) {
        return answer(certification.renew(applicant(call), label(call), request(call)));
    }

    private static Answer answer(DeviceCertification.Outcome outcome) {
        return switch (outcome) {
            case DeviceCertification.Outcome.Issued(Certificate certificate) -> certificates(List.of(certificate));
            // Without a body, which Bouncy Castle's client does not read and then fails on.
            case DeviceCertification.Outcome.Waiting() ->
                Answer.empty(202).with("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
        };
    }

    private Answer attributes(Call call) {
        return CsrAttributes.of(certification.keys(applicant(call), label(call)))
                .map(attributes -> answer("application/csrattrs", attributes))
                .orElseGet(() -> Answer.empty(204));
    }

    private Answer generate(Call call) {
        DeviceCertification.Generated made = certification.generate(applicant(call), label(call), request(call));
        String boundary = "muster-" + UUID.randomUUID();
        String body = part(boundary, "application/pkcs8", made.key().getEncoded())
                + part(boundary, CERTIFICATES, CertificateBag.write(List.of(made.certificate())))
                + "--" + boundary + "--\r\n";
        return new Answer(
                200,
                List.of(
                        new Answer.Header("Content-Type", "multipart/mixed; boundary=" + boundary),
                        new Answer.Header("Cache-Control", "no-store")),
                body.getBytes(StandardCharsets.US_ASCII));
    }

    private static String part(String boundary, String type, byte[] content) {
        return "--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + BODY.encodeToString(content) + "\r\n";
    }

    private static Answer certificates(List<Certificate> certificates) {
        return answer(CERTIFICATES, CertificateBag.write(certificates));
    }

    /** The transfer encoding is for clients older than RFC 8951, which does away with it. */
    private static Answer answer(String type, byte[] content) {
        return new Answer(
                200,
                List.of(
                        new Answer.Header("Content-Type", type),
                        new Answer.Header("Content-Transfer-Encoding", "base64")),
                BODY.encode(content));
    }

    private static Optional<String> label(Call call) {
        return Optional.ofNullable(call.captured().get("label"));
    }

    /** @throws Refusal INVALID_ARGUMENT for what says itself that it is no request */
    private static String request(Call call) {
        String type = call.header("Content-Type").orElse("").split(";", 2)[0].strip();
        if (!REQUESTS.contains(type.toLowerCase(Locale.ROOT))) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The body is no certificate signing request.",
                    new Explanation(
                            "Content-Type", "it is not application/pkcs10", "send PKCS#10 in base64 with that type"));
        }
        return new String(call.body(), StandardCharsets.ISO_8859_1);
    }

    private static Applicant applicant(Call call) {
        return new Applicant(call.peer(), call.header("Authorization").flatMap(Basic::parse));
    }
}
