package dev.muster.server.mqtt;

import dev.muster.registration.Registrar;
import java.time.Duration;
import java.time.InstantSource;

/** The provisioning service of {@link Service} for tests of other front ends, with {@code dev1} enrolled by key. */
public final class Provisioning {
    private final MqttFrontEnd.Services services;

    public Provisioning() {
        Service service = new Service();
        service.enroll("dev1", Token.KEY);
        this.services = service.services();
    }

    public String idScope() {
        return Service.ID_SCOPE;
    }

    /** Of {@code dev1}. */
    public String token() {
        return Token.forResource(Service.ID_SCOPE + "/registrations/dev1");
    }

    public Registrar registrar() {
        return services.registrar();
    }

    public Duration retryAfter() {
        return services.retryAfter();
    }

    public InstantSource clock() {
        return services.clock();
    }
}
