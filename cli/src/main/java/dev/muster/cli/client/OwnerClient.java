package dev.muster.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** The owner's side of a server: its control plane, its service API and what only Muster has. Thread-safe. */
public final class OwnerClient implements AutoCloseable {
    private final Rest rest;
    private final String authorization;

    private OwnerClient(Rest rest, String token) {
        this.rest = rest;
        this.authorization = "Bearer " + token;
    }

    public static OwnerClient connect(ServerAddress address) throws IOException {
        String token = Files.readString(address.tokenFile()).strip();
        return new OwnerClient(new Rest(address.base(), address.authority()), token);
    }

    public Administration administration() {
        return new Administration(rest, authorization);
    }

    public CaCertificatesApi certificates() throws IOException, InterruptedException {
        return new CaCertificatesApi(
                rest, authorization, administration().status().text("name"));
    }

    public AuthoritiesApi authorities() {
        return new AuthoritiesApi(rest, authorization);
    }

    public AccessPoliciesApi policies() throws IOException, InterruptedException {
        return new AccessPoliciesApi(resource());
    }

    public LinkedHubsApi linkedHubs() throws IOException, InterruptedException {
        return new LinkedHubsApi(resource());
    }

    public RegistrationsApi registrations() throws IOException, InterruptedException {
        return new RegistrationsApi(rest, serviceKey());
    }

    /** @param hub host name of one of the server's hubs; empty for the first */
    public DevicesApi devices(Optional<String> hub) throws IOException, InterruptedException {
        return new DevicesApi(rest, ConnectionString.parse(administration().hubConnectionString(hub)));
    }

    public EnrollmentsApi groups() throws IOException, InterruptedException {
        return new EnrollmentsApi(rest, serviceKey(), "enrollmentGroups");
    }

    public EnrollmentsApi enrollments() throws IOException, InterruptedException {
        return new EnrollmentsApi(rest, serviceKey(), "enrollments");
    }

    private ProvisioningResource resource() throws IOException, InterruptedException {
        return new ProvisioningResource(
                rest, authorization, administration().status().text("name"));
    }

    private ConnectionString serviceKey() throws IOException, InterruptedException {
        return ConnectionString.parse(administration().provisioningConnectionString());
    }

    @Override
    public void close() {
        rest.close();
    }
}
