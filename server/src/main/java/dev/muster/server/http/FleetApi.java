package dev.muster.server.http;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificates;
import dev.muster.authority.IssuedCounts;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.Thumbprint;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.certificate.FleetBodies;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was issued to devices, which of it expires soon, and how many there are, for the owner. Thread-safe. */
public final class FleetApi implements Api {
    private static final int MAX_ITEMS = 1000;
    private static final int DEFAULT_ITEMS = 100;
    private static final Duration DEFAULT_TIME = Duration.ofDays(30);
    private static final Duration LONGEST_TIME = Duration.ofDays(36_525);

    private final IssuedCertificates certificates;
    private final IssuedCounts counts;
    private final CertificateIssuer issuer;
    private final RevocationStatus revocations;
    private final InstantSource clock;
    private final Administrator administrator;

    public FleetApi(
            IssuedCertificates certificates,
            IssuedCounts counts,
            CertificateIssuer issuer,
            RevocationStatus revocations,
            InstantSource clock,
            Administrator administrator) {
        this.certificates = certificates;
        this.counts = counts;
        this.issuer = issuer;
        this.revocations = revocations;
        this.clock = clock;
        this.administrator = administrator;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/muster/certificates/expiring", route(this::expiring));
        routes.add("GET", "/muster/certificates/issued", route(this::issued));
        routes.add("GET", "/muster/devices/{device}/certificates", route(this::ofDevice));
    }

    private Routes.Route route(Operation operation) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.MANAGEMENT, 0);
    }

    /** {@code within} is in seconds; {@code after} is what another page gave as {@code next}. */
    private Answer expiring(Call call) {
        Instant now = clock.instant();
        Instant end = now.plusSeconds(call.number("within", DEFAULT_TIME.toSeconds(), 1, LONGEST_TIME.toSeconds()));
        Page<IssuedCertificate> page =
                certificates.expiring(now, end, new Page.Request(call.target().parameter("after"), (int)
                        call.number("limit", DEFAULT_ITEMS, 1, MAX_ITEMS)));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("total", counts.expiring(now, end));
        body.put("value", print(page.items()));
        page.next().ifPresent(next -> body.put("next", next));
        return Answer.json(200, body);
    }

    private Answer issued(Call call) {
        List<Map<String, Object>> value = switch (call.target().parameter("by").orElse("issuer")) {
            case "issuer" -> counts.byIssuer().stream().map(FleetBodies::print).toList();
            case "month" ->
                counts.byMonth().entrySet().stream()
                        .map(month -> FleetBodies.print(month.getKey(), month.getValue()))
                        .toList();
            default -> throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "by must be 'issuer' or 'month'.");
        };
        return Answer.json(200, Map.of("value", value));
    }

    private Answer ofDevice(Call call) {
        return Answer.json(200, Map.of("value", print(certificates.of(call.captured("device")))));
    }

    /** Those that were revoked, or have an issuer that was, are marked. */
    private List<Map<String, Object>> print(List<IssuedCertificate> issued) {
        Map<Thumbprint, Boolean> issuers = new HashMap<>();
        return issued.stream()
                .map(each -> FleetBodies.print(
                        each,
                        isRevoked(each.certificate())
                                || issuers.computeIfAbsent(
                                        each.issuer(),
                                        _ -> issuer.chain(each).stream().anyMatch(this::isRevoked))))
                .toList();
    }

    private boolean isRevoked(Certificate certificate) {
        return revocations.objection(certificate, List.of()).isPresent();
    }
}
