package dev.muster.server.mqtt;

import dev.muster.server.provisioning.ProvisioningSession;

/** The provisioning service of {@link Service} for tests of other front ends, with {@code dev1} enrolled by key. */
public final class Provisioning {
    private final Service service = new Service();
    private final ProvisioningSession.Services services;

    public Provisioning() {
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

    /** From now on a registration ends like this. */
    public void failWith(RuntimeException failure) {
        service.beforeRegistration = () -> {
            throw failure;
        };
    }

    public ProvisioningSession.Services services() {
        return services;
    }
}
