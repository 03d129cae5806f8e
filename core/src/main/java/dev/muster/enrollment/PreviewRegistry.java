package dev.muster.enrollment;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Transactions;
import dev.muster.enrollment.PreviewResource.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The owner's resources of the previews. Safe for any number of threads. */
public final class PreviewRegistry {
    /** Of an account with somebody who is called: where that is. */
    private static final String URL = "url";

    private final PreviewResources resources;
    private final Consumer<PreviewResource> trial;
    private final Transactions transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param trial refuses what is of no use; it may take its time */
    public PreviewRegistry(
            PreviewResources resources,
            Consumer<PreviewResource> trial,
            Transactions transactions,
            InstantSource clock,
            RandomGenerator random) {
        this.resources = resources;
        this.trial = trial;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A resource as its owner writes it.
     *
     * @param secrets those that are left out are kept, unless the server that they are for is another
     */
    public record Draft(Kind kind, String id, Map<String, Object> contents, Map<String, Object> secrets) {
        /** The text form leaves secrets out. */
        @Override
        public String toString() {
            return "Draft[" + kind + ", " + id + "]";
        }
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public PreviewResource get(Kind kind, String id) {
        return find(kind, id)
                .orElseThrow(() -> new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "'" + id + "' does not exist."));
    }

    public Optional<PreviewResource> find(Kind kind, String id) {
        return resources.find(kind, id);
    }

    public Page<PreviewResource> page(Kind kind, Page.Request request) {
        return resources.page(kind, request);
    }

    /**
     * Stores a resource, once it has stood its trial. Not to be called within a transaction.
     *
     * @throws Refusal INVALID_ARGUMENT for an id that enrollments could not have, PRECONDITION_FAILED when somebody
     *     else has changed it meanwhile, what the precondition throws, or the trial
     */
    public PreviewResource put(Draft draft, Precondition precondition) {
        String id = RegistrationId.of(draft.id())
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The id must be of 1 to 128 letters, digits and '-._:', ending in a letter, a digit or '-'."))
                .value();
        Optional<PreviewResource> before = resources.find(draft.kind(), id);
        precondition.check("'" + id + "'", etag(before));
        PreviewResource after = resource(draft, before);
        trial.accept(after);
        return transactions.run(() -> {
            if (!etag(resources.find(draft.kind(), id)).equals(etag(before))) {
                throw new Refusal(
                        Refusal.Reason.PRECONDITION_FAILED,
                        "'" + id + "' has been changed by somebody else meanwhile.");
            }
            resources.put(after, precondition);
            return after;
        });
    }

    private PreviewResource resource(Draft draft, Optional<PreviewResource> before) {
        Instant now = clock.instant();
        return new PreviewResource(
                draft.kind(),
                before.map(PreviewResource::id).orElse(draft.id()),
                draft.contents(),
                secrets(draft, before),
                new Enrollment.Stamp(
                        Etag.random(random),
                        before.map(PreviewResource::stamp)
                                .map(Enrollment.Stamp::created)
                                .orElse(now),
                        now));
    }

    /** What is said to one server is not to be said to another: then it has to be given again. */
    private static Map<String, Object> secrets(Draft draft, Optional<PreviewResource> before) {
        Map<String, Object> secrets = new HashMap<>(before.filter(it ->
                        Objects.equals(it.contents().get(URL), draft.contents().get(URL)))
                .map(PreviewResource::secrets)
                .orElse(Map.of()));
        secrets.putAll(draft.secrets());
        return secrets;
    }

    private static Optional<Etag> etag(Optional<PreviewResource> resource) {
        return resource.map(PreviewResource::stamp).map(Enrollment.Stamp::etag);
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    public void delete(Kind kind, String id, Precondition precondition) {
        resources.delete(kind, id, precondition);
    }
}
