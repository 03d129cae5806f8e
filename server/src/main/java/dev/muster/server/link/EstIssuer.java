package dev.muster.server.link;

import dev.muster.base.Refusal;
import dev.muster.external.ExternalAuthority;
import dev.muster.external.ExternalAuthority.Access;
import dev.muster.external.ExternalAuthority.Login;
import dev.muster.external.ExternalIssuer;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateBag;
import dev.muster.pki.Csr;
import dev.muster.server.link.ExternalCall.Obstacle;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An authority elsewhere by Enrollment over Secure Transport. Safe for any number of threads, each of which waits for
 * the answers.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7030">RFC 7030</a>, clarified by RFC 8951
 */
final class EstIssuer implements ExternalIssuer {
    private static final String WELL_KNOWN = "/.well-known/est";

    /** A device that no server knows, for trying out a key that would let it in. */
    private static final String NOBODY = "muster-link-check";

    /** By those who are asked before the request is looked at, or have nothing there. */
    private static final Set<Integer> TURNED_AWAY = Set.of(401, 403, 404, 405);

    private final URI base;
    private final Login login;
    private final ExternalCall call;

    EstIssuer(ExternalAuthority authority, Access.Est access, ExternalCall call) {
        String url = authority.url().toString();
        this.base = URI.create((url.contains(WELL_KNOWN) ? url : url + WELL_KNOWN)
                + access.label().map(label -> "/" + label).orElse("") + "/");
        this.login = access.login();
        this.call = call;
    }

    /**
     * Beside what everybody may ask, it asks for a certificate with a request that is none: whoever may not ask is
     * refused for that.
     */
    @Override
    public Optional<String> objection() {
        try {
            List<Certificate> authorities = authorities(NOBODY);
            if (authorities.stream().noneMatch(Certificate::isAuthority)) {
                return Optional.of("none of the certificates that it says are its own is an authority's");
            }
            call.send(
                    "POST " + base.resolve("simpleenroll") + " with an empty request, to try the login out",
                    enrollment(NOBODY, ""),
                    status -> !TURNED_AWAY.contains(status));
            return Optional.empty();
        } catch (Obstacle obstacle) {
            return Optional.of(obstacle.why());
        }
    }

    @Override
    public Answer ask(String subject, Csr request) {
        try {
            // First, since a certificate that leads nowhere is no use.
            List<Certificate> authorities = authorities(subject);
            Https.Reply reply = call.send(
                    "POST " + base.resolve("simpleenroll"),
                    enrollment(subject, Base64.getEncoder().encodeToString(request.der())),
                    status -> status == ExternalCall.OK || status == ExternalCall.ACCEPTED);
            return reply.status() == ExternalCall.ACCEPTED
                    ? new Answer.Later("it has taken the request, and has not decided yet", call.pause(reply))
                    : certified(request, read("certificate", reply), authorities);
        } catch (Obstacle obstacle) {
            return obstacle.answer();
        }
    }

    /** One that is for another key is taken for the answer too, so that the refusal can say so. */
    private static Answer certified(Csr request, List<Certificate> certificates, List<Certificate> authorities) {
        Certificate own = certificates.stream()
                .filter(each -> each.x509().getPublicKey().equals(request.key()))
                .findFirst()
                .orElseGet(certificates::getFirst);
        return new Answer.Certified(own, certificates, authorities);
    }

    private List<Certificate> authorities(String subject) throws Obstacle {
        URI url = base.resolve("cacerts");
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Authorization", authorization(subject))
                .build();
        return read("list of its certificates", call.send("GET " + url, request, status -> status == ExternalCall.OK));
    }

    private static List<Certificate> read(String what, Https.Reply reply) throws Obstacle {
        try {
            return CertificateBag.read(reply.body());
        } catch (Refusal refusal) {
            throw new Obstacle(new Answer.Refused("its " + what + " cannot be read: "
                    + refusal.explanation().map(why -> why.rule()).orElseGet(refusal::text)));
        }
    }

    /** With the transfer encoding for servers older than RFC 8951. */
    private HttpRequest enrollment(String subject, String body) {
        return HttpRequest.newBuilder(base.resolve("simpleenroll"))
                .header("Authorization", authorization(subject))
                .header("Content-Type", "application/pkcs10")
                .header("Content-Transfer-Encoding", "base64")
                .POST(BodyPublishers.ofString(body, StandardCharsets.US_ASCII))
                .build();
    }

    private String authorization(String subject) {
        String pair = switch (login) {
            case Login.Account(String user, String password) -> user + ":" + password;
            case Login.GroupKey(var key) -> subject + ":" + key.derive(subject).base64();
        };
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
