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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A hub of another server, Muster's or Azure's, by its public REST API. Safe for any number of threads, each of which
 * waits for the answers.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices">IoT Hub: devices</a>
 */
public final class RemoteHub implements LinkedHub {
    private static final String API_VERSION = "?api-version=2021-04-12";
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

    /** A twin of the most and smallest properties, each with the time when it was written, stays below. */
    private static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

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
        switch (device.data()) {
            case Data.Kept() -> create(device);
            case Data.Forgotten() -> {
                // A device's reported properties go with the device alone.
                remove(device.deviceId());
                create(device);
            }
            case Data.Moved moved -> fill(device, create(device), moved);
        }
        device.initialTwin().ifPresent(twin -> start(device.deviceId(), twin));
    }

    private Status create(NewDevice device) {
        String path = "/devices/" + encoded(device.deviceId());
        Https.Reply created = call(
                request("PUT", path, body(RemoteHubBodies.device(device, Status.ofNewDevice()))), Set.of(CONFLICT));
        if (created.status() != CONFLICT) {
            return Status.ofNewDevice();
        }
        Status status = parsed(
                RemoteHubBodies::parseStatus, call(request("GET", path, BodyPublishers.noBody()), Set.of()), "device");
        call(request("PUT", path, body(RemoteHubBodies.device(device, status))).header("If-Match", "*"), Set.of());
        return status;
    }

    /** In bulk, as nothing else writes reported properties. */
    private void fill(NewDevice device, Status status, Data.Moved data) {
        Https.Reply reply =
                call(request("POST", "/devices", body(RemoteHubBodies.bulk(device, status, data))), Set.of());
        if (!parsed(RemoteHubBodies::parseSuccess, reply, "result")) {
            throw refused("it took no data: " + RemoteHubBodies.error(reply.body()));
        }
    }

    @Override
    public Optional<Data.Moved> data(String deviceId) {
        Https.Reply twin =
                call(request("GET", "/twins/" + encoded(deviceId), BodyPublishers.noBody()), Set.of(NOT_FOUND));
        return twin.status() == NOT_FOUND
                ? Optional.empty()
                : Optional.of(parsed(RemoteHubBodies::parseData, twin, "twin"));
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

    private <T> T parsed(Function<byte[], T> parser, Https.Reply reply, String what) {
        try {
            return parser.apply(reply.body());
        } catch (Refusal refusal) {
            throw refused("it answered with something that is no " + what + ": " + refusal.text());
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
