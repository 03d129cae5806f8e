package dev.muster.cli.client.owner;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * The owner's side of a server: its control plane, its service API and what only Muster has; or the one service that a
 * connection string opens. Thread-safe.
 */
public final class OwnerClient implements AutoCloseable {
    private final Rest rest;
    private final Caller caller;

    private OwnerClient(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    public static OwnerClient connect(ServerAddress address) throws IOException {
        return switch (address) {
            case ServerAddress.Administered(var base, var authority, var tokenFile) ->
                new OwnerClient(
                        new Rest(base, authority),
                        new Caller.Administrator(Files.readString(tokenFile).strip(), tokenFile));
            case ServerAddress.Service(var connectionString, var authority) ->
                new OwnerClient(new Rest(connectionString.base(), authority), new Caller.Policy(connectionString));
        };
    }

    /** Whether all of a server is open, and not one service of it alone. */
    public boolean isAdministrator() {
        return caller instanceof Caller.Administrator;
    }

    /** @throws Refusal INVALID_ARGUMENT when the client has no administrator's token, as of all here that need it */
    public Administration administration() {
        return new Administration(rest, administrator());
    }

    public CaCertificatesApi certificates() throws IOException, InterruptedException {
        return new CaCertificatesApi(rest, administrator(), serviceName());
    }

    public AuthoritiesApi authorities() {
        return new AuthoritiesApi(rest, administrator());
    }

    public LinkedAuthoritiesApi linkedAuthorities() throws IOException, InterruptedException {
        return new LinkedAuthoritiesApi(rest, serviceCaller());
    }

    public IssuedCertificatesApi issuedCertificates() {
        return new IssuedCertificatesApi(rest, administrator());
    }

    public CertificateRequestsApi certificateRequests() {
        return new CertificateRequestsApi(rest, administrator());
    }

    public RevocationsApi revocations() {
        return new RevocationsApi(rest, administrator());
    }

    public AccessPoliciesApi policies() throws IOException, InterruptedException {
        return new AccessPoliciesApi(provisioningService());
    }

    /** @param hub host name of one of the server's own */
    public AccessPoliciesApi hubPolicies(String hub) {
        return new AccessPoliciesApi(ManagedResource.hub(rest, administrator(), hub));
    }

    public LinkedHubsApi linkedHubs() throws IOException, InterruptedException {
        return new LinkedHubsApi(provisioningService());
    }

    public RegistrationsApi registrations() throws IOException, InterruptedException {
        return new RegistrationsApi(rest, serviceCaller());
    }

    /**
     * @param hub host name of one of the server's hubs; empty for the first, or for that of the connection string
     * @throws Refusal INVALID_ARGUMENT when it is not there
     */
    public DevicesApi devices(Optional<String> hub) throws IOException, InterruptedException {
        return new DevicesApi(rest, hubCaller(hub));
    }

    public EnrollmentsApi groups() throws IOException, InterruptedException {
        return new EnrollmentsApi(rest, serviceCaller(), "enrollmentGroups");
    }

    public EnrollmentsApi enrollments() throws IOException, InterruptedException {
        return new EnrollmentsApi(rest, serviceCaller(), "enrollments");
    }

    private ManagedResource provisioningService() throws IOException, InterruptedException {
        return ManagedResource.provisioningService(rest, administrator(), serviceName());
    }

    private String serviceName() throws IOException, InterruptedException {
        return administration().status().text("name");
    }

    private Caller administrator() {
        return switch (caller) {
            case Caller.Administrator administrator -> administrator;
            case Caller.Policy(var key) ->
                throw new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "This takes the administrator's token.",
                        new Explanation(
                                "the connection string of " + key.hostName(),
                                "it opens enrollments, groups and registrations of a provisioning service, or devices"
                                        + " of a hub, and nothing else",
                                "name the server with --server and its admin.token with --token-file"));
        };
    }

    private Caller serviceCaller() throws IOException, InterruptedException {
        return switch (caller) {
            case Caller.Administrator _ ->
                new Caller.Policy(ConnectionString.parse(
                        administration().provisioningConnectionString(), "the server's own connection string"));
            case Caller.Policy policy -> policy;
        };
    }

    private Caller.Policy hubCaller(Optional<String> hub) throws IOException, InterruptedException {
        return switch (caller) {
            case Caller.Administrator _ ->
                new Caller.Policy(ConnectionString.parse(
                        administration().hubConnectionString(hub), "the hub's own connection string"));
            case Caller.Policy policy -> {
                String host = policy.key().host();
                if (hub.isPresent() && !hub.get().equalsIgnoreCase(host)) {
                    throw new Refusal(
                            Refusal.Reason.INVALID_ARGUMENT,
                            "The connection string is that of another hub.",
                            new Explanation(
                                    "hub '" + hub.get() + "'",
                                    "the connection string opens " + host + " alone",
                                    "leave out --hub, or take the connection string of that hub"));
                }
                yield policy;
            }
        };
    }

    @Override
    public void close() {
        rest.close();
    }
}
