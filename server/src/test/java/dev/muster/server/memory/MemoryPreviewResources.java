package dev.muster.server.memory;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.enrollment.PreviewResources;
import java.util.Locale;
import java.util.Optional;

/** Resources of the previews in memory. */
public final class MemoryPreviewResources implements PreviewResources {
    private final Shelf<PreviewResource> shelf = new Shelf<>();

    @Override
    public Optional<PreviewResource> find(Kind kind, String id) {
        return shelf.find(key(kind, id));
    }

    @Override
    public synchronized void put(PreviewResource resource, Precondition precondition) {
        precondition.check(
                resource.id(),
                find(resource.kind(), resource.id())
                        .map(before -> before.stamp().etag()));
        shelf.put(key(resource.kind(), resource.id()), resource);
    }

    @Override
    public synchronized void delete(Kind kind, String id, Precondition precondition) {
        PreviewResource before =
                find(kind, id).orElseThrow(() -> new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "Not found."));
        precondition.check(id, Optional.of(before.stamp().etag()));
        shelf.remove(key(kind, id));
    }

    @Override
    public Page<PreviewResource> page(Kind kind, Page.Request request) {
        return shelf.page(request, resource -> resource.kind() == kind);
    }

    private static String key(Kind kind, String id) {
        return kind + " " + id.toLowerCase(Locale.ROOT);
    }
}
