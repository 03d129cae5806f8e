package dev.muster.server.mqtt;

import dev.muster.base.Refusal;
import dev.muster.hub.Renewal;
import dev.muster.hub.Renewals;
import dev.muster.server.wire.LogText;
import dev.muster.server.wire.certificate.RenewalBodies;
import dev.muster.server.wire.certificate.RenewalBodies.Answer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The renewal of a device's certificate on its connection with its hub. Called as {@link Topics} says.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     management</a>
 */
public final class CredentialTopics {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialTopics.class);
    private static final String ANSWERS = "$iothub/credentials/res/";

    /** What the SDKs subscribe to, and what the documents say. */
    private static final Set<String> FILTERS =
            Set.of(ANSWERS + "#", "$iothub/credentials/#", "$iothub/credential/res/#", "$iothub/credential/#");

    private static final int NOT_SUBSCRIBED = -1;

    private final Supplier<Renewals.Link> link;
    private final Services services;
    private int granted = NOT_SUBSCRIBED;
    private boolean owing;

    /** @param form of the certificates in an answer */
    public record Services(Renewals renewals, RenewalBodies.Form form, InstantSource clock) {}

    /** @param link made anew each time, so that an idle connection need not hold it */
    CredentialTopics(Supplier<Renewals.Link> link, Services services) {
        this.link = link;
        this.services = services;
    }

    static boolean has(String filter) {
        return FILTERS.contains(filter);
    }

    void subscribed(int quality) {
        granted = quality;
        owing = true;
    }

    void unsubscribed() {
        granted = NOT_SUBSCRIBED;
    }

    /**
     * Whether {@link #owed} has to be asked, since the device may have missed an answer before it subscribed, or waits
     * for one that takes long.
     */
    boolean isOwing() {
        return owing;
    }

    /** What the device has not heard yet. */
    List<Reply> owed() {
        owing = false;
        List<Reply> replies = new ArrayList<>();
        Renewals.Link open = link.get();
        services.renewals().owed(open).ifPresent(renewal -> {
            try {
                finish(open, renewal, replies);
            } catch (Refusal refusal) {
                reply(renewal.wish().requestId(), refused(refusal), replies);
            }
        });
        return replies;
    }

    /** @param requestId as it was sent */
    List<Reply> request(String requestId, byte[] body) {
        List<Reply> replies = new ArrayList<>();
        try {
            Optional<Renewals.Request> request = RenewalBodies.parse(requestId, body);
            if (request.isPresent()) {
                begin(link.get(), request.get(), replies);
            } else {
                reply(requestId, RenewalBodies.unreadable(services.clock().instant()), replies);
            }
        } catch (Refusal refusal) {
            reply(requestId, refused(refusal), replies);
        }
        return replies;
    }

    private Answer refused(Refusal refusal) {
        LOG.info("Refused the renewal of a certificate, tracking id {}: {}", refusal.trackingId(), LogText.of(refusal));
        return RenewalBodies.refused(refusal, services.clock().instant());
    }

    private void begin(Renewals.Link open, Renewals.Request request, List<Reply> replies) {
        String requestId = request.wish().requestId();
        switch (services.renewals().begin(open, request)) {
            case Renewals.Beginning.Begun(Renewal renewal) -> {
                reply(requestId, RenewalBodies.accepted(renewal), replies);
                if (services.renewals().waits(open, renewal)) {
                    owing = true;
                } else {
                    finish(open, renewal, replies);
                }
            }
            case Renewals.Beginning.Busy(Renewal other) ->
                reply(requestId, RenewalBodies.busy(other, services.clock().instant()), replies);
        }
    }

    private void finish(Renewals.Link open, Renewal begun, List<Reply> replies) {
        services.renewals().finish(open, begun, granted != NOT_SUBSCRIBED).ifPresent(renewal -> {
            switch (renewal.outcome()) {
                case Renewal.Outcome.Pending() -> {}
                case Renewal.Outcome.Issued issued ->
                    reply(
                            renewal.wish().requestId(),
                            RenewalBodies.issued(renewal, services.renewals().chain(issued), services.form()),
                            replies);
                case Renewal.Outcome.Failed failed ->
                    reply(
                            renewal.wish().requestId(),
                            RenewalBodies.failed(
                                    renewal, failed, services.clock().instant()),
                            replies);
            }
        });
    }

    private void reply(String requestId, Answer answer, List<Reply> replies) {
        if (granted != NOT_SUBSCRIBED) {
            // Java reads the request id up to the end of the topic.
            replies.add(new Reply.Message(ANSWERS + answer.status() + "/?$rid=" + requestId, answer.body(), granted));
        }
    }
}
