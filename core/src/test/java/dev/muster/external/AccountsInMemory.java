package dev.muster.external;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResources;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The owner's accounts. For one thread. */
final class AccountsInMemory implements PreviewResources {
    private final Map<String, PreviewResource> accounts = new HashMap<>();

    /** @param version that becomes its etag */
    static PreviewResource account(
            String name, String version, Map<String, Object> contents, Map<String, Object> secrets) {
        return new PreviewResource(
                PreviewResource.Kind.CERTIFICATE_AUTHORITY,
                name,
                contents,
                secrets,
                new Enrollment.Stamp(new Etag(version), Instant.EPOCH, Instant.EPOCH));
    }

    @Override
    public Optional<PreviewResource> find(PreviewResource.Kind kind, String id) {
        return Optional.ofNullable(accounts.get(id.toLowerCase(Locale.ROOT)));
    }

    @Override
    public void put(PreviewResource resource, Precondition precondition) {
        precondition.check(
                resource.id(),
                find(resource.kind(), resource.id()).map(it -> it.stamp().etag()));
        accounts.put(resource.id().toLowerCase(Locale.ROOT), resource);
    }

    @Override
    public void delete(PreviewResource.Kind kind, String id, Precondition precondition) {
        accounts.remove(id.toLowerCase(Locale.ROOT));
    }

    @Override
    public Page<PreviewResource> page(PreviewResource.Kind kind, Page.Request request) {
        throw new UnsupportedOperationException();
    }
}
