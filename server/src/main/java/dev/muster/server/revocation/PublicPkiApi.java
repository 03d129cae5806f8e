package dev.muster.server.revocation;

import dev.muster.authority.OcspResponder;
import dev.muster.authority.OcspResponder.Validity;
import dev.muster.authority.RevocationLists;
import dev.muster.authority.RevocationLists.Published;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.OcspRequest;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.certificate.RevocationBodies;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;

/**
 * What everybody may know of our authorities: their certificates, what they have revoked, and what holds. Thread-safe.
 */
public final class PublicPkiApi implements Api {
    private static final String BASE = "/pki/{id}";
    private static final String MAX_AGE = "public, max-age=300";

    private final RevocationLists lists;
    private final OcspResponder responder;

    public PublicPkiApi(RevocationLists lists, OcspResponder responder) {
        this.lists = lists;
        this.responder = responder;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE + "/crl", open(call -> list(call, lists.full(issuer(call)))));
        routes.add("GET", BASE + "/crl/delta", open(call -> list(call, lists.delta(issuer(call)))));
        routes.add("GET", BASE + "/ca", open(this::authority));
        routes.add(
                "POST",
                BASE + "/ocsp",
                new Routes.Route(
                        call -> answer(
                                "application/ocsp-response",
                                answered(call, call.body()).der()),
                        ErrorStyle.PROVISIONING,
                        OcspRequest.MAX_DER_BYTES,
                        true));
        routes.add("GET", BASE + "/ocsp/{request}", open(this::status));
    }

    private static Routes.Route open(Operation operation) {
        return new Routes.Route(operation, ErrorStyle.PROVISIONING, 0, true);
    }

    private static Thumbprint issuer(Call call) {
        return RevocationBodies.thumbprint(call.captured("id"));
    }

    private static Answer list(Call call, Published list) {
        return unlessKnown(call, "\"" + list.number() + "\"", content(call, list))
                .with("Last-Modified", date(list.made()))
                .with("Expires", date(list.next()))
                .with("Cache-Control", MAX_AGE);
    }

    private static Answer content(Call call, Published list) {
        return wantsPem(call)
                ? answer("application/x-pem-file", Pem.crl(list.der()).getBytes(StandardCharsets.US_ASCII))
                : answer("application/pkix-crl", list.der());
    }

    private Answer authority(Call call) {
        var certificate = lists.issuer(issuer(call));
        return (wantsPem(call)
                        ? answer(
                                "application/x-pem-file", Pem.write(certificate).getBytes(StandardCharsets.US_ASCII))
                        : answer("application/pkix-cert", certificate.der()))
                .with("Cache-Control", MAX_AGE);
    }

    private OcspResponder.Answer answered(Call call, byte[] request) {
        return responder.answer(issuer(call), request);
    }

    /** RFC 5019 sections 5 and 6.2. */
    private Answer status(Call call) {
        OcspResponder.Answer answered = answered(call, fromBase64(call.captured("request")));
        Answer whole = answer("application/ocsp-response", answered.der());
        if (answered.validity().isEmpty()) {
            return whole.with("Cache-Control", "no-store");
        }
        Validity validity = answered.validity().get();
        return unlessKnown(call, "\"" + Thumbprint.of(answered.der()).hex() + "\"", whole)
                .with("Last-Modified", date(validity.made()))
                .with("Expires", date(validity.next()))
                .with("Cache-Control", MAX_AGE + ", no-transform, must-revalidate");
    }

    /** What is not base64 is no request either. */
    private static byte[] fromBase64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private static Answer unlessKnown(Call call, String etag, Answer whole) {
        Answer answer = call.header("If-None-Match").filter(etag::equals).isPresent() ? Answer.empty(304) : whole;
        return answer.with("ETag", etag);
    }

    private static boolean wantsPem(Call call) {
        return call.target().query().containsKey("pem");
    }

    private static Answer answer(String type, byte[] body) {
        return new Answer(200, List.of(new Answer.Header("Content-Type", type)), body);
    }

    private static String date(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }
}
