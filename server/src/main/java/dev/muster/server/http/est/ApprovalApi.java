package dev.muster.server.http.est;

import dev.muster.base.Page;
import dev.muster.certification.Approvals;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.certificate.CertificateRequestBodies;
import java.util.Map;

/** What devices have asked for, for the owner to approve or deny. Thread-safe. */
public final class ApprovalApi implements Api {
    private static final String REQUESTS = "/muster/certificates/requests";
    private static final int MAX_BODY_BYTES = 4096;
    private static final int MAX_ITEMS = 1000;
    private static final int DEFAULT_ITEMS = 100;

    private final Approvals approvals;
    private final Administrator administrator;

    public ApprovalApi(Approvals approvals, Administrator administrator) {
        this.approvals = approvals;
        this.administrator = administrator;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", REQUESTS, route(this::list));
        routes.add("POST", REQUESTS + "/{request}/approve", route(this::approve));
        routes.add("POST", REQUESTS + "/{request}/deny", route(this::deny));
    }

    private Routes.Route route(Operation operation) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.MANAGEMENT, MAX_BODY_BYTES);
    }

    /** {@code all} lists those that are decided, too; {@code after} is what another page gave as {@code next}. */
    private Answer list(Call call) {
        boolean all =
                call.target().parameter("all").filter("true"::equalsIgnoreCase).isPresent();
        Page.Request page = new Page.Request(
                call.target().parameter("after"), (int) call.number("limit", DEFAULT_ITEMS, 1, MAX_ITEMS));
        return Answer.json(200, CertificateRequestBodies.print(approvals.list(!all, page)));
    }

    private Answer approve(Call call) {
        return Answer.json(200, CertificateRequestBodies.print(approvals.approve(call.captured("request"))));
    }

    /** The body may have a {@code reason}. */
    private Answer deny(Call call) {
        String reason = CertificateRequestBodies.parseReason(call.body().length == 0 ? Map.of() : call.json());
        return Answer.json(200, CertificateRequestBodies.print(approvals.deny(call.captured("request"), reason)));
    }
}
