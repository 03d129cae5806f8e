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
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The owner's resources of the previews. Safe for any number of threads. */
public final class PreviewRegistry {
    private final PreviewResources resources;
    private final Transactions transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    public PreviewRegistry(
            PreviewResources resources, Transactions transactions, InstantSource clock, RandomGenerator random) {
        this.resources = resources;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A resource as its owner writes it.
     *
     * @param secrets those that are left out are kept
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

    /** @throws Refusal INVALID_ARGUMENT for an id that enrollments could not have, or what the precondition throws */
    public PreviewResource put(Draft draft, Precondition precondition) {
        RegistrationId id = new RegistrationId(draft.id());
        return transactions.run(() -> {
            Optional<PreviewResource> before = resources.find(draft.kind(), id.value());
            Map<String, Object> secrets =
                    new HashMap<>(before.map(PreviewResource::secrets).orElse(Map.of()));
            secrets.putAll(draft.secrets());
            Instant now = clock.instant();
            PreviewResource after = new PreviewResource(
                    draft.kind(),
                    before.map(PreviewResource::id).orElse(id.value()),
                    draft.contents(),
                    secrets,
                    new Enrollment.Stamp(
                            Etag.random(random),
                            before.map(PreviewResource::stamp)
                                    .map(Enrollment.Stamp::created)
                                    .orElse(now),
                            now));
            resources.put(after, precondition);
            return after;
        });
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    public void delete(Kind kind, String id, Precondition precondition) {
        resources.delete(kind, id, precondition);
    }
}
