package dev.muster.server.revocation;

import dev.muster.authority.Revocation;
import dev.muster.authority.Revocations;
import dev.muster.base.Page;
import dev.muster.registration.DeviceRevocation;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.certificate.RevocationBodies;
import dev.muster.server.wire.certificate.RevocationBodies.Wish;
import java.util.List;
import java.util.Optional;

/** Revokes and takes back, for the owner. Thread-safe. */
public final class RevocationApi implements Api {
    private static final String ALL = "/muster/revocations";
    private static final int MAX_ITEMS = 1000;
    private static final int DEFAULT_ITEMS = 100;

    private final Revocations revocations;
    private final DeviceRevocation devices;
    private final Administrator administrator;

    public RevocationApi(Revocations revocations, DeviceRevocation devices, Administrator administrator) {
        this.revocations = revocations;
        this.devices = devices;
        this.administrator = administrator;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", ALL, route(this::list, 0));
        routes.add("POST", ALL, route(this::revoke, RevocationBodies.MAX_BODY_BYTES));
        routes.add("DELETE", ALL + "/{thumbprint}", route(this::release, 0));
    }

    private Routes.Route route(Operation operation, int maxBodyBytes) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.MANAGEMENT, maxBodyBytes);
    }

    private Answer list(Call call) {
        int limit = (int) call.number("limit", DEFAULT_ITEMS, 1, MAX_ITEMS);
        long after = call.number("after", Long.MAX_VALUE, 0, Long.MAX_VALUE);
        Page.Request request = new Page.Request(Optional.of(Long.toString(after)), limit);
        return Answer.json(200, RevocationBodies.print(revocations.list(request)));
    }

    private Answer revoke(Call call) {
        List<Revocation> standing = switch (RevocationBodies.parse(call.json())) {
            case Wish.Certificates(var targets, var grounds) -> revocations.revoke(targets, grounds);
            case Wish.Device(String id, var grounds) -> devices.revoke(id, grounds);
        };
        return Answer.json(200, RevocationBodies.print(standing));
    }

    private Answer release(Call call) {
        return Answer.json(
                200,
                RevocationBodies.print(revocations.release(RevocationBodies.thumbprint(call.captured("thumbprint")))));
    }
}
