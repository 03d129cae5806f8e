package dev.muster.server.mqtt;

import dev.muster.server.provisioning.ProvisioningSession;

/** The provisioning service of {@link Service} for tests of other front ends, with {@code dev1} enrolled by key. */
public final class Provisioning {
    private final ProvisioningSession.Services services;

    public Provisioning() {
        Service service = new Service();
        service.enroll("dev1", Token.KEY);
        this.services = service.services().provisioning();
    }

    public String idScope() {
        return Service.ID_SCOPE;
    }

    /** Of {@code dev1}. */
    public String token() {
        return Token.forResource(Service.ID_SCOPE + "/registrations/dev1");
    }

    public ProvisioningSession.Services services() {
        return services;
    }
}
