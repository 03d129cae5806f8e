package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Seal;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
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
    private static final Seal SEAL = new Seal(new byte[Seal.KEY_BYTES], new SecureRandom());

    private final TestStore store;
    private final SqlPreviewResources resources;

    SqlPreviewResourcesIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        resources = new SqlPreviewResources(store.database(), new JsonDocuments(), SEAL);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void resource_isFoundAsItWasPut_whateverTheCaseOfItsId() {
        PreviewResource resource = resource(Kind.TRUST_BUNDLE, "Roots");
        resources.put(resource, new Precondition.Absent());

        SqlPreviewResources reopened = new SqlPreviewResources(store.reopen(), new JsonDocuments(), SEAL);

        assertThat(reopened.find(Kind.TRUST_BUNDLE, "rOOTS")).contains(resource);
        assertThat(reopened.find(Kind.CERTIFICATE_AUTHORITY, "Roots")).isEmpty();
    }

    @Test
    void secrets_areNotInTheDatabaseAsTheyAre() {
        resources.put(resource(Kind.CERTIFICATE_AUTHORITY, "Digi"), new Precondition.Absent());

        assertThat(new String(storedSecrets(), StandardCharsets.ISO_8859_1)).doesNotContain("key", "hidden");
        byte[] another = new byte[Seal.KEY_BYTES];
        another[0] = 1;
        SqlPreviewResources stranger =
                new SqlPreviewResources(store.database(), new JsonDocuments(), new Seal(another, new SecureRandom()));
        assertThatThrownBy(() -> stranger.find(Kind.CERTIFICATE_AUTHORITY, "digi"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void secrets_thatWereStoredBeforeThereWasASeal_areRead() {
        resources.put(resource(Kind.CERTIFICATE_AUTHORITY, "old"), new Precondition.Absent());
        byte[] plain = new JsonDocuments().print(Map.of("key", "older"));
        store.database().change(sql -> sql.update("UPDATE preview_resources SET secrets = ?", plain));

        PreviewResource read = resources.find(Kind.CERTIFICATE_AUTHORITY, "old").orElseThrow();
        assertThat(read.secrets()).containsEntry("key", "older");
        resources.put(read, new Precondition.Always());

        assertThat(Seal.isSealed(storedSecrets())).isTrue();
        assertThat(resources.find(Kind.CERTIFICATE_AUTHORITY, "old")).contains(read);
    }

    private byte[] storedSecrets() {
        return store.database()
                .read(sql -> sql.first("SELECT secrets FROM preview_resources", Row::bytes))
                .orElseThrow();
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
