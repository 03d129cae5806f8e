package dev.muster.cli.client;

import java.io.IOException;
import java.nio.file.Files;

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

    public CaCertificatesApi certificates() {
        return new CaCertificatesApi(rest, authorization, "muster");
    }

    public EnrollmentsApi groups() throws IOException, InterruptedException {
        return new EnrollmentsApi(rest, serviceKey(), "enrollmentGroups");
    }

    public EnrollmentsApi enrollments() throws IOException, InterruptedException {
        return new EnrollmentsApi(rest, serviceKey(), "enrollments");
    }

    private ConnectionString serviceKey() throws IOException, InterruptedException {
        return ConnectionString.parse(administration().provisioningConnectionString());
    }

    @Override
    public void close() {
        rest.close();
    }
}
