package dev.muster.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.base.Refusal;
import dev.muster.cli.apply.Execution.Outcome;
import dev.muster.cli.apply.Execution.Result;
import dev.muster.cli.apply.Step.Action;
import dev.muster.cli.client.Document;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PlanTest {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final String OTHER_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";

    private final Shelf shelf = new Shelf();

    @Test
    void whatIsMissing_isCreated_whatDiffers_isChanged_andWhatIsThere_isKept() throws Exception {
        shelf.put("kept", Map.of("provisioningStatus", "enabled", "etag", "1"));
        shelf.put("Changed", Map.of("provisioningStatus", "enabled", "capabilities", Map.of("iotEdge", true)));
        shelf.put("unheard-of", Map.of());

        List<Step> steps = plan(
                false,
                entry("new", Map.of()),
                entry("kept", Map.of("provisioningStatus", "enabled")),
                entry("changed", Map.of("provisioningStatus", "disabled")));

        assertThat(steps)
                .extracting(Step::name, Step::action)
                .containsExactly(
                        tuple("new", Action.CREATE), tuple("kept", Action.KEEP), tuple("changed", Action.CHANGE));
        assertThat(steps.getLast().differences())
                .containsExactly(new Difference("provisioningStatus", Optional.of("enabled"), Optional.of("disabled")));
    }

    @Test
    void whatIsNotDeclared_goesWithPruneAlone() throws Exception {
        shelf.put("Old", Map.of());
        shelf.put("Kept", Map.of());

        assertThat(plan(false, entry("kept", Map.of()))).hasSize(1);
        assertThat(plan(true, entry("kept", Map.of())))
                .extracting(Step::name, Step::action)
                .containsExactly(tuple("kept", Action.KEEP), tuple("Old", Action.DELETE));
    }

    @Test
    void planOfManyKinds_deletesLast_andInTheOppositeOrder() {
        List<String> log = new ArrayList<>();
        Plan plan = Plan.of(List.of(
                step(Kind.CERTIFICATE, "a", Action.DELETE, log),
                step(Kind.CERTIFICATE, "b", Action.CREATE, log),
                step(Kind.GROUP, "c", Action.DELETE, log),
                step(Kind.GROUP, "d", Action.KEEP, log),
                step(Kind.DEVICE, "e", Action.CHANGE, log)));

        assertThat(plan.changes()).extracting(Step::name).containsExactly("b", "e", "c", "a");
        assertThat(plan.isDone()).isFalse();
        assertThat(Plan.of(List.of(step(Kind.GROUP, "d", Action.KEEP, log))).isDone())
                .isTrue();
    }

    @Test
    void twin_isStatedAsAWhole_listsOfHubsHaveNoOrder_andCaseOfThumbprintsDoesNotCount() {
        Map<String, String> found = members(Map.of(
                "iotHubs", List.of("B.example", "a.example"),
                "initialTwin", Map.of("tags", Map.of("line", 7, "hall", 3)),
                "attestation", x509(Map.of("info", Map.of("sha256Thumbprint", "ab12", "version", 3)))));

        assertThat(Difference.between(
                        found,
                        members(Map.of(
                                "iotHubs", List.of("A.example", "b.example"),
                                "initialTwin", Map.of("tags", Map.of("line", 8))))))
                .extracting(Difference::toString)
                .containsExactly("initialTwin.tags.hall: 3 -> (none)", "initialTwin.tags.line: 7 -> 8");
        assertThat(found)
                .containsEntry("attestation.x509.clientCertificates.primary.sha256Thumbprint", "AB12")
                .doesNotContainKey("attestation.x509.clientCertificates.primary.info.version");
    }

    @Test
    void attestationOfAnotherKind_showsBoth() {
        assertThat(Difference.between(
                        members(Map.of("attestation", x509(Map.of("info", Map.of("sha256Thumbprint", "AB12"))))),
                        members(Map.of("attestation", Map.of("type", "symmetricKey")))))
                .extracting(Difference::toString)
                .containsExactly(
                        "attestation.type: x509 -> symmetricKey",
                        "attestation.x509.clientCertificates.primary.sha256Thumbprint: AB12 -> (none)");
    }

    @Test
    void keys_areComparedAndNeverShown_andThoseThatTheServerMadeAreKept() {
        Map<String, String> found = members(keys(Map.of("primaryKey", KEY, "secondaryKey", OTHER_KEY)));

        assertThat(Difference.between(found, members(Map.of("attestation", Map.of("type", "symmetricKey")))))
                .isEmpty();
        assertThat(Difference.between(found, members(keys(Map.of("primaryKey", KEY)))))
                .isEmpty();
        List<Difference> differences = Difference.between(found, members(keys(Map.of("primaryKey", OTHER_KEY))));
        assertThat(differences)
                .singleElement()
                .satisfies(difference -> assertThat(difference.toString())
                        .startsWith("attestation.symmetricKey.primaryKey: sha256:")
                        .doesNotContain(KEY, OTHER_KEY));
    }

    @Test
    void webhookUrl_isComparedWithoutItsQuery() {
        Map<String, Object> declared =
                Map.of("customAllocationDefinition", Map.of("webhookUrl", "https://w.example/?code=secret"));
        Map<String, Object> found =
                Map.of("customAllocationDefinition", Map.of("webhookUrl", "https://w.example/?****"));

        assertThat(Difference.between(members(found), members(declared))).isEmpty();
        assertThat(members(declared).toString()).doesNotContain("secret");
    }

    @Test
    void change_sendsWhatDiffers_andLeavesTheRestAsItWasFound() throws Exception {
        shelf.put("x", Map.of("provisioningStatus", "enabled", "deviceId", "d", "etag", "1"));

        plan(false, entry("x", Map.of("provisioningStatus", "disabled")))
                .getFirst()
                .work()
                .run();

        assertThat(String.valueOf(shelf.documents.get("x")))
                .contains("\"provisioningStatus\":\"disabled\"", "\"deviceId\":\"d\"", "\"etag\":\"1\"");
    }

    @Test
    void failure_letsItsLikeBeTried_andNothingThatComesAfterThem() throws InterruptedException {
        List<String> log = new ArrayList<>();
        Step failing = new Step(Kind.GROUP, "b", Action.CREATE, List.of(), () -> {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "No.");
        });
        List<Outcome> outcomes = Execution.run(
                new Plan(List.of(
                        step(Kind.CERTIFICATE, "a", Action.CREATE, log),
                        failing,
                        step(Kind.GROUP, "c", Action.CHANGE, log),
                        step(Kind.DEVICE, "d", Action.CREATE, log),
                        step(Kind.GROUP, "e", Action.DELETE, log))),
                _ -> {});

        assertThat(log).containsExactly("a", "c");
        assertThat(outcomes)
                .extracting(Outcome::result)
                .containsExactly(Result.DONE, Result.FAILED, Result.DONE, Result.NOT_TRIED, Result.NOT_TRIED);
        assertThat(outcomes.get(1).reason()).isEqualTo("No.");
        assertThat(outcomes.get(1).document().toString()).contains("\"result\":\"failed\"", "\"reason\":\"No.\"");
    }

    @Test
    void lostConnection_endsItAtOnce() throws InterruptedException {
        List<String> log = new ArrayList<>();
        Step failing = new Step(Kind.GROUP, "a", Action.CREATE, List.of(), () -> {
            throw new IOException("reset");
        });

        List<Outcome> outcomes =
                Execution.run(new Plan(List.of(failing, step(Kind.GROUP, "b", Action.CREATE, log))), _ -> {});

        assertThat(outcomes).extracting(Outcome::result).containsExactly(Result.FAILED, Result.NOT_TRIED);
        assertThat(outcomes.getFirst().reason()).contains("may have been done or not");
        assertThat(log).isEmpty();
    }

    @Test
    void print_showsWhatChangesAndCountsTheRest() throws Exception {
        shelf.put("kept", Map.of());
        shelf.put("changed", Map.of("provisioningStatus", "enabled"));
        shelf.put("old", Map.of());
        StringWriter text = new StringWriter();

        Plan.of(plan(
                        true,
                        entry("new", Map.of()),
                        entry("kept", Map.of()),
                        entry("changed", Map.of("provisioningStatus", "disabled"))))
                .print(new PrintWriter(text));

        assertThat(text.toString().lines())
                .containsExactly(
                        "+ create enrollment group 'new'",
                        "~ change enrollment group 'changed'",
                        "    provisioningStatus: enabled -> disabled",
                        "- delete enrollment group 'old'",
                        "1 to create, 1 to change, 1 to delete, 1 unchanged.");
    }

    private List<Step> plan(boolean prune, Declared.Entry... entries) throws Exception {
        return new Planner(prune, _ -> {}).steps(Kind.GROUP, List.of(entries), shelf);
    }

    private static Declared.Entry entry(String id, Map<String, Object> body) {
        return new Declared.Entry(1, Kind.GROUP, id, Optional.empty(), Document.of(body));
    }

    private static Step step(Kind kind, String name, Action action, List<String> log) {
        return new Step(kind, name, action, List.of(), () -> log.add(name));
    }

    private static Map<String, String> members(Map<String, Object> body) {
        return Members.of(Document.of(body));
    }

    private static Map<String, Object> keys(Map<String, String> keys) {
        return Map.of("attestation", Map.of("type", "symmetricKey", "symmetricKey", keys));
    }

    private static Map<String, Object> x509(Map<String, Object> slot) {
        return Map.of("type", "x509", "x509", Map.of("clientCertificates", Map.of("primary", slot)));
    }

    /** Groups in memory. */
    private static final class Shelf implements Catalog<Declared.Entry> {
        private final Map<String, Document> documents = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        void put(String name, Map<String, Object> body) {
            documents.put(name, Document.of(new LinkedHashMap<>(body)));
        }

        @Override
        public Optional<Found> find(Declared.Entry declared) {
            return Optional.ofNullable(documents.get(declared.id()))
                    .map(document -> new Found(declared.id(), Members.of(document), document));
        }

        @Override
        public List<Found> deletable() {
            return documents.entrySet().stream()
                    .map(entry -> new Found(entry.getKey(), Members.of(entry.getValue()), entry.getValue()))
                    .toList();
        }

        @Override
        public void create(Declared.Entry declared) {
            documents.put(declared.id(), declared.body());
        }

        @Override
        public void change(Declared.Entry declared, Found found, List<Difference> differences) {
            documents.put(declared.id(), declared.over(found.document(), differences));
        }

        @Override
        public void delete(Found found) {
            documents.remove(found.name());
        }
    }
}
