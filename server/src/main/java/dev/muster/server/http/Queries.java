package dev.muster.server.http;

import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.query.KeyIndex;
import dev.muster.query.Query;
import dev.muster.query.Search;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The queries of both service APIs: a text in the body, pages by headers. Stateless.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/query">DPS: query</a>
 */
final class Queries {
    private static final String CONTINUATION = "x-ms-continuation";
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private Queries() {}

    /**
     * What can be asked about.
     *
     * @param name what the query may be from
     * @param index how an item is found by its id
     * @param itemType what whole documents are called
     * @param otherType what anything else is called that is made of them
     */
    record Collection<T>(
            String name,
            String itemType,
            String otherType,
            Function<Page.Request, Page<T>> items,
            KeyIndex<T> index,
            Function<T, Map<String, Object>> print) {}

    /**
     * Header names are in lower case: C# looks them up so.
     *
     * @throws Refusal INVALID_ARGUMENT when the query makes no sense
     */
    static <T> Answer answer(Call call, Collection<T> collection) {
        Query query = query(call, collection.name());
        Page.Request request = new Page.Request(continuation(call), size(call));
        Page<Map<String, Object>> page =
                new Search<>(collection.items(), collection.index(), collection.print()).page(query, request);
        Answer answer = Answer.json(200, page.items())
                .with("x-ms-item-type", query.selectsDocuments() ? collection.itemType() : collection.otherType())
                .with("x-ms-max-item-count", Integer.toString(request.size()));
        return withContinuation(answer, page);
    }

    /** By ids that are compared without regard to case. */
    static <T> KeyIndex<T> byId(String member, Function<String, Optional<T>> find) {
        return new KeyIndex<>(member, id -> id.toLowerCase(Locale.ROOT), find);
    }

    /** Where an earlier page ended. */
    static Optional<String> continuation(Call call) {
        return call.header(CONTINUATION).map(Queries::decoded);
    }

    /** Its mere presence means that there is more. */
    static Answer withContinuation(Answer answer, Page<?> page) {
        return page.next().map(next -> answer.with(CONTINUATION, encoded(next))).orElse(answer);
    }

    /** Without a body, or without a query in it, everything is asked for: so does the Azure CLI. */
    private static Query query(Call call, String collection) {
        Object text = call.body().length == 0 ? null : call.json().get("query");
        return switch (text) {
            case null -> Query.everything();
            case String query -> Query.parse(query, collection);
            default -> throw invalid("query must be a string.");
        };
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
