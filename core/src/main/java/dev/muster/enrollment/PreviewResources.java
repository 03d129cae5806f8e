package dev.muster.enrollment;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import java.util.Optional;

/** Port to the stored resources of the previews. Ids are compared without regard to case. */
public interface PreviewResources {
    Optional<PreviewResource> find(PreviewResource.Kind kind, String id);

    /** @throws Refusal what the precondition throws; then nothing was written */
    void put(PreviewResource resource, Precondition precondition);

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    void delete(PreviewResource.Kind kind, String id, Precondition precondition);

    /** In the order of the lower-cased ids. */
    Page<PreviewResource> page(PreviewResource.Kind kind, Page.Request request);
}
