package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlPreviewResourcesIT {
    private final TestStore store;
    private final SqlPreviewResources resources;

    SqlPreviewResourcesIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        resources = new SqlPreviewResources(store.database(), new JsonDocuments());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void resource_isFoundAsItWasPut_whateverTheCaseOfItsId() {
        PreviewResource resource = resource(Kind.TRUST_BUNDLE, "Roots");
        resources.put(resource, new Precondition.Absent());

        SqlPreviewResources reopened = new SqlPreviewResources(store.reopen(), new JsonDocuments());

        assertThat(reopened.find(Kind.TRUST_BUNDLE, "rOOTS")).contains(resource);
        assertThat(reopened.find(Kind.CERTIFICATE_AUTHORITY, "Roots")).isEmpty();
    }

    @Test
    void resources_areListedByKindInPages() {
        List.of("c", "A", "b").forEach(id -> resources.put(resource(Kind.TRUST_BUNDLE, id), new Precondition.Always()));
        resources.put(resource(Kind.CERTIFICATE_AUTHORITY, "a"), new Precondition.Always());

        Page<PreviewResource> first = resources.page(Kind.TRUST_BUNDLE, Page.Request.first(2));
        Page<PreviewResource> second = resources.page(Kind.TRUST_BUNDLE, new Page.Request(first.next(), 2));

        assertThat(first.items()).extracting(PreviewResource::id).containsExactly("A", "b");
        assertThat(second.items()).extracting(PreviewResource::id).containsExactly("c");
        assertThat(second.next()).isEqualTo(Optional.empty());
    }

    @Test
    void resource_isWrittenAndDeletedOnItsConditions() {
        resources.put(resource(Kind.TRUST_BUNDLE, "a"), new Precondition.Absent());

        assertThatThrownBy(() -> resources.put(resource(Kind.TRUST_BUNDLE, "a"), new Precondition.Absent()))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> resources.delete(Kind.TRUST_BUNDLE, "a", new Precondition.Matches(new Etag("other"))))
                .isInstanceOf(Refusal.class);
        resources.delete(Kind.TRUST_BUNDLE, "A", new Precondition.Present());
        assertThat(resources.find(Kind.TRUST_BUNDLE, "a")).isEmpty();
    }

    private static PreviewResource resource(Kind kind, String id) {
        return new PreviewResource(kind, id, Map.of("text", "shown"), Map.of("key", "hidden"), Samples.stamp("e1"));
    }
}
