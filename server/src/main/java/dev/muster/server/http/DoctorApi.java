package dev.muster.server.http;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.registration.Doctor;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.OwnerBodies;
import java.util.List;

/** Tells the owner what would come of a registration. Thread-safe. */
final class DoctorApi {
    /** In lower case, as the names in a query are. */
    private static final String REGISTRATION_ID = "registrationid";

    private final Doctor doctor;
    private final Administrator administrator;

    DoctorApi(Doctor doctor, Administrator administrator) {
        this.doctor = doctor;
        this.administrator = administrator;
    }

    void addTo(Routes routes) {
        routes.add(
                "POST",
                "/muster/doctor",
                new Routes.Route(administrator.only(this::examine), ErrorStyle.PROVISIONING, Pem.MAX_BYTES));
    }

    /** The body is the chain in PEM, as the device would present it; the id is by default that of the leaf. */
    private Answer examine(Call call) {
        List<Certificate> chain = Pem.certificates(call.body());
        if (chain.isEmpty()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The body has no certificate in PEM.");
        }
        return Answer.json(
                200, OwnerBodies.print(doctor.examine(chain, call.target().parameter(REGISTRATION_ID))));
    }
}
