package dev.muster.server.revocation;

import dev.muster.authority.RevocationLists;
import dev.muster.authority.RevocationLists.Published;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.server.http.Answer;
import dev.muster.server.http.Api;
import dev.muster.server.http.Call;
import dev.muster.server.http.ErrorStyle;
import dev.muster.server.http.Operation;
import dev.muster.server.http.Routes;
import dev.muster.server.wire.RevocationBodies;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What everybody may know of our authorities: their certificates, and what they have revoked. Thread-safe. */
public final class PublicPkiApi implements Api {
    private static final String BASE = "/pki/{id}";
    private static final String MAX_AGE = "public, max-age=300";

    private final RevocationLists lists;

    public PublicPkiApi(RevocationLists lists) {
        this.lists = lists;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", BASE + "/crl", open(call -> list(call, lists.full(issuer(call)))));
        routes.add("GET", BASE + "/crl/delta", open(call -> list(call, lists.delta(issuer(call)))));
        routes.add("GET", BASE + "/ca", open(this::authority));
    }

    private static Routes.Route open(Operation operation) {
        return new Routes.Route(operation, ErrorStyle.PROVISIONING, 0, true);
    }

    private static Thumbprint issuer(Call call) {
        return RevocationBodies.thumbprint(call.captured("id"));
    }

    private static Answer list(Call call, Published list) {
        String etag = "\"" + list.number() + "\"";
        Answer answer =
                call.header("If-None-Match").filter(etag::equals).isPresent() ? Answer.empty(304) : content(call, list);
        return answer.with("ETag", etag)
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
