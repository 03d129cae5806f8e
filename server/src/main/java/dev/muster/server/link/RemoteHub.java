package dev.muster.server.link;

import dev.muster.allocation.HubLink;
import dev.muster.allocation.HubUnavailable;
import dev.muster.allocation.LinkedHub;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.server.wire.RemoteHubBodies;
import dev.muster.server.wire.RemoteHubBodies.Status;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;

/**
 * A hub of another server, Muster's or Azure's, by its public REST API. Safe for any number of threads, each of which
 * waits for the answers.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices">IoT Hub: devices</a>
 */
public final class RemoteHub implements LinkedHub {
    private static final String API_VERSION = "?api-version=2021-04-12";
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private static final int OK = 200;
    private static final int MULTIPLE_CHOICES = 300;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final String hostName;
    private final HubLink.Access access;
    private final Https https;
    private final InstantSource clock;

    public RemoteHub(String hostName, HubLink.Access access, Https https, InstantSource clock) {
        this.hostName = hostName;
        this.access = access;
        this.https = https;
        this.clock = clock;
    }

    @Override
    public String hostName() {
        return hostName;
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    /** A device that the hub's owner disabled stays disabled. */
    @Override
    public void provision(NewDevice device) {
        if (device.forgetsData()) {
            // A device's reported properties go with the device alone.
            remove(device.deviceId());
        }
        String path = "/devices/" + encoded(device.deviceId());
        Https.Reply created = call(
                request("PUT", path, body(RemoteHubBodies.device(device, Status.ofNewDevice()))), Set.of(CONFLICT));
        if (created.status() == CONFLICT) {
            Https.Reply found = call(request("GET", path, BodyPublishers.noBody()), Set.of());
            Status status = status(found);
            call(
                    request("PUT", path, body(RemoteHubBodies.device(device, status)))
                            .header("If-Match", "*"),
                    Set.of());
        }
        device.initialTwin().ifPresent(twin -> start(device.deviceId(), twin));
    }

    @Override
    public void remove(String deviceId) {
        call(
                request("DELETE", "/devices/" + encoded(deviceId), BodyPublishers.noBody())
                        .header("If-Match", "*"),
                Set.of(NOT_FOUND));
    }

    private void start(String deviceId, InitialTwin twin) {
        if (!twin.tags().isEmpty() || !twin.desired().isEmpty()) {
            call(
                    request("PATCH", "/twins/" + encoded(deviceId), body(RemoteHubBodies.twin(twin)))
                            .header("If-Match", "*"),
                    Set.of());
        }
    }

    private Status status(Https.Reply device) {
        try {
            return RemoteHubBodies.parseStatus(device.body());
        } catch (Refusal refusal) {
            throw refused("it answered with something that is no device: " + refusal.text());
        }
    }

    private HttpRequest.Builder request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create("https://" + access.endpoint() + path + API_VERSION))
                .header("Authorization", token())
                .header("Content-Type", "application/json; charset=utf-8")
                .method(method, body);
    }

    /** @param allowed statuses that are no errors, beside those of success */
    private Https.Reply call(HttpRequest.Builder request, Set<Integer> allowed) {
        Https.Reply reply;
        try {
            reply = https.send(request.build(), MAX_ANSWER_BYTES);
        } catch (Https.NoReply e) {
            throw unavailable(e.reason());
        }
        int status = reply.status();
        if ((status >= OK && status < MULTIPLE_CHOICES) || allowed.contains(status)) {
            return reply;
        }
        String answer = "it answered " + status + " " + RemoteHubBodies.error(reply.body());
        // A device that comes and goes between two calls is found as it is the next time.
        if (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS || status == NOT_FOUND || status == CONFLICT) {
            throw unavailable(answer.strip());
        }
        throw refused(answer.strip());
    }

    private String token() {
        String expiry = Long.toString(clock.instant().plus(TOKEN_LIFE).getEpochSecond());
        String resource = encoded(hostName);
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(access.key().base64()),
                (resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        return "SharedAccessSignature sr=" + resource + "&sig="
                + encoded(Base64.getEncoder().encodeToString(signature)) + "&se=" + expiry + "&skn="
                + encoded(access.policy());
    }

    private HubUnavailable unavailable(String rule) {
        return new HubUnavailable(
                hostName,
                new Explanation(
                        "linked hub '" + hostName + "'",
                        rule,
                        "none yet: the device waits, and the hub is asked again"));
    }

    private Refusal refused(String rule) {
        return new Refusal(
                Refusal.Reason.FORBIDDEN,
                "The IoT hub refused the device.",
                new Explanation(
                        "linked hub '" + hostName + "'",
                        rule,
                        "see that the policy '" + access.policy() + "' has its key and the rights RegistryWrite and"
                                + " ServiceConnect there, and that the hub has room; then let the device register"));
    }

    private static BodyPublisher body(byte[] json) {
        return BodyPublishers.ofByteArray(json);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
