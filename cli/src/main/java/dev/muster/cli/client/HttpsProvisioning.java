package dev.muster.cli.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Registers devices over HTTPS, each on a connection of its own. Safe for any number of threads. */
public final class HttpsProvisioning implements ProvisioningClient {
    private final Endpoint service;
    private final Path authority;

    /** @param authority PEM file with the CA that the service's certificate must lead to */
    public HttpsProvisioning(Endpoint service, Path authority) {
        this.service = service;
        this.authority = authority;
    }

    @Override
    public Assignment register(Device device) throws IOException, InterruptedException {
        String path = "/" + device.idScope() + "/registrations/" + device.registrationId();
        byte[] body =
                Document.of(Map.of("registrationId", device.registrationId())).bytes();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(ClientTls.trusting(authority, device.credential()))
                .connectTimeout(PATIENCE)
                .build()) {
            Poll.Answer first = send(
                    client,
                    request(path + "/register")
                            .PUT(BodyPublishers.ofByteArray(body))
                            .build());
            return Poll.result(
                    first,
                    operation -> send(
                            client,
                            request(path + "/operations/" + operation).GET().build()));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.https(path + "?api-version=" + API_VERSION))
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json; charset=utf-8");
    }

    private static Poll.Answer send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        Optional<Integer> retryAfter =
                response.headers().firstValue("Retry-After").map(Integer::parseInt);
        return new Poll.Answer(response.statusCode(), response.body(), retryAfter);
    }
}
