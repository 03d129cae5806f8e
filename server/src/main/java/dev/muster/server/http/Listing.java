package dev.muster.server.http;

import dev.muster.base.Page;
import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The queries of the service API, so far as they ask for everything.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/query">DPS: query</a>
 */
final class Listing {
    private static final Pattern WHERE = Pattern.compile(".*\\bwhere\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private Listing() {}

    /**
     * What page a query asks for.
     *
     * @param collection what the query may be from
     * @throws Refusal INVALID_ARGUMENT when it asks for anything but all of it
     */
    static Page.Request request(Call call, String collection) {
        if (call.body().length > 0) {
            check(call.json().get("query"), collection);
        }
        return new Page.Request(call.header("x-ms-continuation").map(Listing::decoded), size(call));
    }

    /** Header names are in lower case: C# looks them up so. */
    static <T> Answer answer(Page<T> page, String itemType, Function<T, ?> print) {
        Answer answer =
                Answer.json(200, page.items().stream().map(print).toList()).with("x-ms-item-type", itemType);
        // Its mere presence means that there is more.
        return page.next()
                .map(next -> answer.with("x-ms-continuation", encoded(next)))
                .orElse(answer);
    }

    private static void check(@Nullable Object query, String collection) {
        if (query == null) {
            return;
        }
        String text = query instanceof String string ? string.strip() : "";
        if (WHERE.matcher(text).matches()) {
            throw invalid("This version does not support WHERE in queries yet.");
        }
        String all = "(?i)\\*|select\\s+\\*(\\s+from\\s+" + collection + ")?";
        if (!text.matches(all)) {
            throw invalid("This version supports the query SELECT * FROM " + collection + " only.");
        }
    }

    private static int size(Call call) {
        try {
            int asked = call.header("x-ms-max-item-count").map(Integer::valueOf).orElse(DEFAULT_PAGE);
            if (asked > 0) {
                return Math.min(asked, MAX_PAGE);
            }
        } catch (NumberFormatException e) {
            // Answered below like a number that makes no sense.
        }
        throw invalid("x-ms-max-item-count must be a number above 0.");
    }

    private static String encoded(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("x-ms-continuation is not one that this service gave.");
        }
    }

    private static Refusal invalid(String message) {
        return new Refusal(Refusal.Reason.INVALID_ARGUMENT, message);
    }
}
