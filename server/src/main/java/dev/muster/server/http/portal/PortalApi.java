package dev.muster.server.http.portal;

import dev.muster.authority.Authority;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.Issuance.Issued;
import dev.muster.base.Refusal;
import dev.muster.certification.CertificateToken;
import dev.muster.certification.PortalCertification;
import dev.muster.pki.Pem;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.certificate.PortalBodies;
import java.util.List;
import java.util.Set;

/**
 * What clients written for the portal CA ask: its authorities, registered names, certificates from requests, renewals,
 * revocations. Owners show the administrator's token, holders of certificates a token that their key has signed.
 * Thread-safe.
 */
public final class PortalApi implements Api {
    private static final String SCHEME = "Bearer ";
    private static final int MAX_BODY_BYTES = 128 * 1024;

    private final PortalCertification certification;
    private final AuthorityRegistry authorities;
    private final Administrator administrator;
    private final Set<String> names;

    /** @param names of this server, for which holders of certificates make their tokens; in lower case */
    public PortalApi(
            PortalCertification certification,
            AuthorityRegistry authorities,
            Administrator administrator,
            Set<String> names) {
        this.certification = certification;
        this.authorities = authorities;
        this.administrator = administrator;
        this.names = Set.copyOf(names);
    }

    @Override
    public void addTo(Routes routes) {
        for (String list : List.of("GetAvailableSSLCAs", "GetMyCAs", "GetAvailableCertIssuingCAs")) {
            routes.add("GET", "/api/CA/" + list, owner(this::authorities));
        }
        routes.add("GET", "/api/CA/GetAvailableScepCAs", owner(_ -> Answer.json(200, List.of())));
        routes.add("GET", "/api/CA/GetSSLCA", owner(this::authority));
        routes.add("GET", "/api/CA/GetMyDomains", owner(this::names));
        routes.add("POST", "/api/CA/RegisterNewDomain", owner(this::register));
        routes.add("POST", "/api/CA/RequestSSLCertificate", owner(this::request));
        routes.add("POST", "/api/CA/RequestFullSSLCertificate", owner(this::requestChain));
        routes.add("POST", "/api/CA/RequestSSLCertificateV2", owner(this::requestChain));
        routes.add("POST", "/api/CA/RevokeCertificateV2", owner(this::revoke));
        routes.add(
                "GET", "/api/Certificates/RevokeCertificate", new Routes.Route(this::revokeOwn, ErrorStyle.PORTAL, 0));
        routes.add(
                "POST",
                "/api/Certificates/RenewCertificateV2",
                new Routes.Route(this::renew, ErrorStyle.PORTAL_TEXT, MAX_BODY_BYTES));
    }

    private Routes.Route owner(Operation operation) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.PORTAL, MAX_BODY_BYTES);
    }

    private Answer authorities(Call call) {
        return Answer.json(
                200, authorities.list().stream().map(PortalBodies::print).toList());
    }

    private Answer authority(Call call) {
        return Answer.json(
                200, PortalBodies.print(find(call.target().parameter("caid").orElse(""))));
    }

    private Answer names(Call call) {
        return Answer.json(
                200, certification.names().stream().map(PortalBodies::print).toList());
    }

    private Answer register(Call call) {
        PortalBodies.Registration wish = PortalBodies.parseRegistration(call.json());
        certification.register(find(wish.authority()).name(), wish.name());
        return Answer.json(200, PortalBodies.outcome(true, "Domain registered successfully"));
    }

    private Answer request(Call call) {
        return Answer.json(
                200, PortalBodies.outcome(true, Pem.write(issued(call).certificate())));
    }

    private Answer requestChain(Call call) {
        return Answer.json(200, PortalBodies.print(issued(call)));
    }

    private Issued issued(Call call) {
        PortalBodies.Request wish = PortalBodies.parseRequest(call.json());
        return certification.request(find(wish.authority()).name(), wish.name(), wish.request(), wish.validity());
    }

    private Answer renew(Call call) {
        CertificateToken token = token(call);
        PortalBodies.Renewal wish = PortalBodies.parseRenewal(call.json());
        return Answer.text(
                200,
                Pem.write(certification
                        .renew(token, wish.current(), wish.request(), wish.validity())
                        .certificate()));
    }

    private Answer revoke(Call call) {
        certification.revoke(PortalBodies.parseRevocation(call.json()));
        return revoked();
    }

    private Answer revokeOwn(Call call) {
        certification.revoke(token(call));
        return revoked();
    }

    private static Answer revoked() {
        return Answer.json(200, PortalBodies.outcome(true, "Certificate revoked successfully"));
    }

    /** @param id the one that was listed, or the name */
    private Authority find(String id) {
        return authorities.list().stream()
                .filter(authority -> PortalBodies.id(authority.name()).equalsIgnoreCase(id)
                        || authority.name().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.AUTHORITY_NOT_FOUND, "There is no certificate authority of that CAID."));
    }

    private CertificateToken token(Call call) {
        CertificateToken token = PortalBodies.parseToken(call.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip())
                .orElse(""));
        token.checkAudience(names);
        return token;
    }
}
