package dev.muster.enrollment;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Enrollment.Settings;
import dev.muster.enrollment.Enrollment.Webhook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an enrollment's settings must be like. Stateless but for the hubs that it asks. */
final class SettingsRules {
    private static final Pattern API_VERSION = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(-preview)?");
    private static final String FIRST_API_VERSION = "2018-09-01";
    private static final int MAX_URL = 2048;

    private final LinkedHubRules hubs;

    SettingsRules(LinkedHubRules hubs) {
        this.hubs = hubs;
    }

    /** @throws Refusal INVALID_ARGUMENT */
    void check(Settings settings) {
        if (!settings.hubs().isEmpty() && settings.allocationPolicy().isEmpty()) {
            throw invalid("Enrollment allocationPolicy must be specified when iotHubs are specified.");
        }
        Webhook webhook = settings.customAllocation();
        if (webhook != null) {
            checkWebhook(webhook);
        }
        settings.allocationPolicy().ifPresent(policy -> {
            switch (policy) {
                case CUSTOM -> {
                    if (webhook == null) {
                        throw invalid("The allocationPolicy custom needs a customAllocationDefinition.");
                    }
                }
                case STATIC -> {
                    if (settings.hubs().size() > 1) {
                        throw invalid("With the allocationPolicy static, iotHubs may name one hub only.");
                    }
                }
                case HASHED, GEO_LATENCY -> {}
            }
        });
        if (settings.initialTwin() != null) {
            hubs.checkInitialTwin(settings.initialTwin());
        }
        settings.hubs().stream().filter(hub -> !hubs.isLinked(hub)).findFirst().ifPresent(hub -> {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The IoT hub " + hub + " is not linked.",
                    new Explanation("iotHubs", "'" + hub + "' is no linked hub", "name hubs of this service only"));
        });
    }

    /**
     * Puts the stored URL of the webhook in the place of what was shown of it, which clients send back.
     *
     * @throws Refusal INVALID_ARGUMENT for what was shown of another
     */
    static Settings complete(Settings settings, Optional<? extends Enrollment> before) {
        Webhook given = settings.customAllocation();
        if (given == null || !given.isMasked()) {
            return settings;
        }
        @Nullable
        Webhook stored =
                before.map(Enrollment::settings).map(Settings::customAllocation).orElse(null);
        if (stored == null || !stored.maskedUrl().equals(given.url())) {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The query of the webhookUrl is masked.",
                    new Explanation(
                            "webhookUrl " + given.url(),
                            "it is what is shown of a URL, and not of the stored one",
                            "give the whole URL, with the key in its query"));
        }
        return settings.withCustomAllocation(new Webhook(stored.url(), given.apiVersion()));
    }

    private static void checkWebhook(Webhook webhook) {
        if (!isHttps(webhook.url())) {
            throw invalid("The webhookUrl must be an https URL with a host, without a user.");
        }
        var version = API_VERSION.matcher(webhook.apiVersion());
        if (!version.matches() || version.group(1).compareTo(FIRST_API_VERSION) < 0) {
            throw invalid("The apiVersion of customAllocationDefinition must be 2018-09-01-preview or later.");
        }
    }

    private static boolean isHttps(String url) {
        try {
            URI uri = new URI(url);
            return url.length() <= MAX_URL
                    && "https".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static Refusal invalid(String message) {
        return new Refusal(Reason.INVALID_ARGUMENT, message);
    }
}
