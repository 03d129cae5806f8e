package dev.muster.server.link;

import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment.Webhook;
import dev.muster.registration.AllocationWebhook;
import dev.muster.server.wire.WebhookBodies;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/**
 * Asks webhooks as Azure does. Safe for any number of threads, each of which waits for its answer.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-custom-allocation">DPS: custom allocation</a>
 */
public final class HttpsWebhook implements AllocationWebhook {
    private static final int OK = 200;

    /** As much as a device may be told, and a twin. */
    private static final int MAX_ANSWER_BYTES = 128 * 1024;

    private final Https https;

    public HttpsWebhook(Https https) {
        this.https = https;
    }

    @Override
    public Answer ask(Webhook webhook, Question question) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(webhook.url()))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(WebhookBodies.question(question)))
                .build();
        try {
            Https.Reply reply = https.send(request, MAX_ANSWER_BYTES);
            return reply.status() == OK ? WebhookBodies.parse(reply.body()) : new OtherStatus(reply.status());
        } catch (Https.NoReply e) {
            return new Unusable(e.reason());
        } catch (Refusal refusal) {
            return new Unusable("its answer cannot be read: "
                    + refusal.explanation().map(why -> why.rule()).orElseGet(refusal::text));
        }
    }
}
