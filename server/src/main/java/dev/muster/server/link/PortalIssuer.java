package dev.muster.server.link;

import dev.muster.base.Refusal;
import dev.muster.external.ExternalAuthority;
import dev.muster.external.ExternalAuthority.Access;
import dev.muster.external.ExternalIssuer;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.server.link.ExternalCall.Obstacle;
import dev.muster.server.wire.certificate.ExternalPortalBodies;
import dev.muster.server.wire.certificate.ExternalPortalBodies.Listed;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An authority elsewhere by the portal CA's REST API: a device's name is registered, then a certificate requested for
 * it. Safe for any number of threads, each of which waits for the answers.
 */
final class PortalIssuer implements ExternalIssuer {
    private final String base;
    private final Access.Portal access;
    private final ExternalCall call;
    private volatile @Nullable Listed known;

    PortalIssuer(ExternalAuthority authority, Access.Portal access, ExternalCall call) {
        this.base = authority.url() + "/api/CA/";
        this.access = access;
        this.call = call;
    }

    @Override
    public Optional<String> objection() {
        try {
            find();
            return Optional.empty();
        } catch (Obstacle obstacle) {
            return Optional.of(obstacle.why());
        }
    }

    @Override
    public Answer ask(String subject, Csr request) {
        try {
            Listed authority = authority();
            Https.Reply registered =
                    send(post("RegisterNewDomain", ExternalPortalBodies.registration(authority, subject)));
            Https.Reply issued = send(post(
                    "RequestFullSSLCertificate",
                    ExternalPortalBodies.request(authority, subject, request, access.days())));
            Optional<String> failure = ExternalPortalBodies.failure(issued.body());
            if (failure.isPresent()) {
                // What came of the registration says nothing by itself: the name may have been registered before.
                return new Answer.Refused("it did not issue: " + failure.get()
                        + ExternalPortalBodies.failure(registered.body())
                                .map(why -> "; before, to RegisterNewDomain: " + why)
                                .orElse(""));
            }
            List<Certificate> certificates = read("certificate", ExternalPortalBodies::parseCertificates, issued);
            return new Answer.Certified(
                    certificates.getFirst(), certificates, certificates.subList(1, certificates.size()));
        } catch (Obstacle obstacle) {
            return obstacle.answer();
        }
    }

    private Listed authority() throws Obstacle {
        Listed listed = known;
        return listed == null ? find() : listed;
    }

    private Listed find() throws Obstacle {
        Https.Reply reply = send(request("GetAvailableSSLCAs").GET().build());
        Optional<String> failure = ExternalPortalBodies.failure(reply.body());
        if (failure.isPresent()) {
            throw new Obstacle(new Answer.Refused("it does not list its authorities: " + failure.get()));
        }
        List<Listed> all = read("list of authorities", ExternalPortalBodies::parseAuthorities, reply);
        Listed found = all.stream()
                .filter(each -> each.id().equalsIgnoreCase(access.authority())
                        || each.name().equalsIgnoreCase(access.authority()))
                .findFirst()
                .orElseThrow(() -> new Obstacle(new Answer.Refused("it has no authority '" + access.authority()
                        + "', but " + all.stream().map(Listed::name).toList())));
        known = found;
        return found;
    }

    private static <T> T read(String what, Function<byte[], T> parser, Https.Reply reply) throws Obstacle {
        try {
            return parser.apply(reply.body());
        } catch (Refusal refusal) {
            throw new Obstacle(new Answer.Refused("its " + what + " cannot be read: "
                    + refusal.explanation().map(why -> why.rule()).orElseGet(refusal::text)));
        }
    }

    private Https.Reply send(HttpRequest request) throws Obstacle {
        return call.send(request.method() + " " + request.uri(), request, status -> status == ExternalCall.OK);
    }

    private HttpRequest post(String operation, byte[] body) {
        return request(operation)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private HttpRequest.Builder request(String operation) {
        return HttpRequest.newBuilder(URI.create(base + operation))
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + access.apiKey());
    }
}
