package dev.muster.certification;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/**
 * The tokens that this process has accepted, until they are no good any more; of too many, those that last longest.
 * Safe for any number of threads.
 */
final class UsedTokens {
    private static final int MAX = 10_000;

    private final Queue<Used> byExpiry = new PriorityQueue<>(Comparator.comparing(Used::end));
    private final Set<String> known = new HashSet<>();

    private record Used(String token, Instant end) {}

    /**
     * Remembers a token that was checked.
     *
     * @throws Refusal UNAUTHORIZED for one that is remembered already
     */
    synchronized void use(CertificateToken token, Instant now) {
        while (!byExpiry.isEmpty() && byExpiry.element().end().isBefore(now)) {
            forget();
        }
        if (token.claims().id().isEmpty()) {
            return;
        }
        String name = token.thumbprint().toUpperCase(Locale.ROOT) + " "
                + token.claims().id().get();
        if (!known.add(name)) {
            throw new Refusal(
                    Reason.UNAUTHORIZED,
                    "The token of the certificate is not accepted.",
                    new Explanation("token", "its id (jti) was used before", "make a new one for each request"));
        }
        byExpiry.add(new Used(name, token.end()));
        if (known.size() > MAX) {
            forget();
        }
    }

    private void forget() {
        known.remove(byExpiry.remove().token());
    }
}
