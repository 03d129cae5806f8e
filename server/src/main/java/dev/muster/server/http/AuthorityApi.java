package dev.muster.server.http;

import dev.muster.authority.Authority;
import dev.muster.authority.Authority.Generation;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.ForeignIssuers;
import dev.muster.authority.Rotation;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.pki.Pem;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.certificate.AuthorityBodies;
import dev.muster.server.wire.certificate.AuthorityBodies.Import;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The owner's certificate authorities. Thread-safe. */
final class AuthorityApi {
    private static final String AUTHORITIES = "/muster/authorities";
    private static final String AUTHORITY = AUTHORITIES + "/{authority}";
    private static final int MAX_BODY_BYTES = Pem.MAX_BYTES;

    private final AuthorityRegistry authorities;
    private final Rotation rotation;
    private final ForeignIssuers foreign;
    private final Administrator administrator;

    AuthorityApi(HttpFrontEnd.Issuers issuers, Administrator administrator) {
        this.authorities = issuers.registry();
        this.rotation = issuers.rotation();
        this.foreign = issuers.foreign();
        this.administrator = administrator;
    }

    void addTo(Routes routes) {
        routes.add("GET", AUTHORITIES, route(this::list));
        routes.add("GET", AUTHORITY, route(this::show));
        routes.add("PUT", AUTHORITY, route(this::create));
        routes.add("PATCH", AUTHORITY, route(this::change));
        routes.add("DELETE", AUTHORITY, route(this::delete));
        routes.add("GET", AUTHORITY + "/chain", route(this::chain));
        routes.add("POST", AUTHORITY + "/rotate", route(this::rotate));
        routes.add("POST", AUTHORITY + "/request", route(this::request));
        routes.add("POST", AUTHORITY + "/install", route(this::install));
        routes.add("POST", AUTHORITY + "/import", route(this::adopt));
    }

    /** With explanations, as the control plane has them: whoever calls is the owner. */
    private Routes.Route route(Operation operation) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.MANAGEMENT, MAX_BODY_BYTES);
    }

    private Answer list(Call call) {
        return Answer.json(
                200,
                Map.of("value", authorities.list().stream().map(this::print).toList()));
    }

    private Answer show(Call call) {
        return answer(200, authorities.find(name(call)));
    }

    private Answer create(Call call) {
        return answer(201, authorities.create(AuthorityBodies.parseDraft(name(call), call.json())));
    }

    private Answer change(Call call) {
        Authority before = authorities.find(name(call));
        return answer(
                200,
                authorities.change(
                        before.name(),
                        AuthorityBodies.parseRules(call.json(), before.rules()),
                        call.ifMatch().orElseGet(() -> new Precondition.Matches(before.etag()))));
    }

    private Answer delete(Call call) {
        boolean forced = call.target()
                .parameter("force")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        authorities.delete(name(call), forced, call.ifMatch().orElseGet(Precondition.Always::new));
        return Answer.empty(204);
    }

    /** The certificate of the generation that issues, or of one by its number, and its issuers' in PEM. */
    private Answer chain(Call call) {
        Authority authority = authorities.find(name(call));
        long number = call.number("generation", 0, 1, Integer.MAX_VALUE);
        List<Generation> certified = authority.generations().stream()
                .filter(generation -> generation.certificate().isPresent())
                .toList();
        Generation generation = certified.stream()
                .filter(each -> number == 0 || each.number() == number)
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.AUTHORITY_NOT_FOUND,
                        "There is no such certificate.",
                        new Explanation(
                                authority.title(),
                                "generations with a certificate are "
                                        + certified.stream()
                                                .map(Generation::number)
                                                .toList(),
                                "name one of these, or install the certificate first")));
        return pem(Pem.write(generation.chain()) + crossSigned(generation));
    }

    /** After the root itself: for peers who trust the one before. */
    private static String crossSigned(Generation generation) {
        return generation.crossSigned().isEmpty() ? "" : Pem.write(generation.crossSigned());
    }

    private Answer rotate(Call call) {
        return answer(200, rotation.rotate(name(call), AuthorityBodies.parseWish(call.json())));
    }

    /** The request in PEM. */
    private Answer request(Call call) {
        return pem(foreign.request(AuthorityBodies.parseDraft(name(call), call.json()))
                .pem());
    }

    /** The body is the certificate in PEM, with its issuers'. */
    private Answer install(Call call) {
        return answer(200, foreign.install(name(call), Pem.certificates(call.body())));
    }

    private Answer adopt(Call call) {
        Import wanted = AuthorityBodies.parseImport(call.json());
        return answer(201, foreign.adopt(name(call), wanted.bundle(), wanted.vault(), wanted.rules()));
    }

    private static Answer pem(String text) {
        return new Answer(
                200,
                List.of(new Answer.Header("Content-Type", "application/x-pem-file")),
                text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String name(Call call) {
        return call.captured("authority");
    }

    private Answer answer(int status, Authority authority) {
        return Answer.json(status, print(authority));
    }

    private Map<String, Object> print(Authority authority) {
        return AuthorityBodies.print(authority, authorities::issued);
    }
}
