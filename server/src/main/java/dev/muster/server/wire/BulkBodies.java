package dev.muster.server.wire;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Several enrollments in one body, and what became of each.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/run-bulk-operation">DPS:
 *     bulk operation</a>
 */
public final class BulkBodies {
    /** As many as Azure takes. */
    public static final int MAX_ITEMS = 10;

    private static final Map<String, Mode> MODES = Map.of(
            "create", Mode.CREATE,
            "update", Mode.UPDATE,
            "updateIfMatchETag", Mode.UPDATE_IF_MATCH_ETAG,
            "delete", Mode.DELETE);

    private BulkBodies() {}

    /** What is to be done to each. */
    public enum Mode {
        CREATE,
        UPDATE,
        UPDATE_IF_MATCH_ETAG,
        DELETE
    }

    /**
     * @param idMember what the id of an item is called
     * @param items not looked at any further, so that each can be refused by itself
     */
    public record Operation(Mode mode, String idMember, List<Item> items) {
        public Operation {
            items = List.copyOf(items);
        }
    }

    /**
     * @param id empty where it is missing
     * @param etag as the item has it
     */
    public record Item(String id, Optional<Etag> etag, Map<String, Object> members) {
        /**
         * The version that this item is to replace.
         *
         * @throws Refusal INVALID_ARGUMENT when it says none
         */
        public Precondition sameVersion() {
            return new Precondition.Matches(etag.orElseThrow(
                    () -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The mode updateIfMatchETag needs an etag.")));
        }
    }

    /**
     * @param listMember {@code enrollments} or {@code enrollmentGroups}
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Operation parse(Map<String, Object> json, String listMember, String idMember) {
        JsonObject body = new JsonObject(json);
        Mode mode = body.choice("mode", MODES)
                .orElseThrow(() -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, "mode is required."));
        List<JsonObject> objects = body.objects(listMember);
        if (objects.isEmpty() || objects.size() > MAX_ITEMS) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, listMember + " must have 1 to " + MAX_ITEMS + " items.");
        }
        List<Item> items = new ArrayList<>();
        for (JsonObject object : objects) {
            items.add(new Item(
                    object.filledText(idMember).orElse(""),
                    object.filledText("etag").map(Etag::new),
                    object.members()));
        }
        return new Operation(mode, idMember, items);
    }

    /**
     * Java fails where there is no list of errors, be it empty.
     *
     * @param outcomes of the items, in their order; what is there is an error
     */
    public static Map<String, Object> print(Operation operation, List<Optional<Refusal>> outcomes) {
        List<Map<String, Object>> errors = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            String id = operation.items().get(i).id();
            outcomes.get(i).ifPresent(refusal -> {
                Map<String, Object> error = new LinkedHashMap<>();
                error.put(operation.idMember(), id);
                error.put("errorCode", ErrorCode.of(refusal.reason()).number());
                error.put("errorStatus", refusal.text());
                errors.add(error);
            });
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("isSuccessful", errors.isEmpty());
        body.put("errors", errors);
        return body;
    }
}
