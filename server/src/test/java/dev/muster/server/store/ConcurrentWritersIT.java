package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.AttestationDraft;
import dev.muster.enrollment.CertificateRules;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.LinkedHubRules;
import dev.muster.enrollment.RegistrationId;
import dev.muster.server.memory.MemoryAuthorities;
import dev.muster.server.memory.MemoryPreviewResources;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many writers of one enrollment, each of which reads it, adds one to a count in it, and writes it back by its etag.
 */
@ParameterizedClass
@EnumSource(Engine.class)
class ConcurrentWritersIT {
    private static final int WRITERS = 200;
    private static final RegistrationId ID = new RegistrationId("contested");

    private final TestStore store;
    private final EnrollmentRegistry registry;

    ConcurrentWritersIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        registry = new EnrollmentRegistry(
                new SqlEnrollments(store.database(), new JsonDocuments()),
                new SqlEnrollmentGroups(store.database(), new JsonDocuments()),
                new AnyHub(),
                new CertificateRules(new MemoryAuthorities(), new MemoryPreviewResources()),
                store.database(),
                InstantSource.system(),
                new Random(1));
    }

    private static final class AnyHub implements LinkedHubRules {
        @Override
        public boolean isLinked(String hostName) {
            return true;
        }

        @Override
        public void checkDeviceId(String deviceId) {}

        @Override
        public void checkInitialTwin(Enrollment.InitialTwin twin) {}
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void writers_withEtags_loseNoUpdate() throws Exception {
        registry.put(draft(0), new Precondition.Absent());

        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WRITERS; i++) {
                writers.add(threads.submit(this::addOne));
            }
        }
        for (Future<?> writer : writers) {
            writer.get();
        }

        assertThat(count(registry.individual(ID))).isEqualTo(WRITERS);
    }

    private void addOne() {
        while (true) {
            Enrollment.Individual before = registry.individual(ID);
            try {
                registry.put(
                        draft(count(before) + 1),
                        new Precondition.Matches(before.stamp().etag()));
                return;
            } catch (Refusal refusal) {
                assertThat(refusal.reason()).isEqualTo(Refusal.Reason.PRECONDITION_FAILED);
            }
        }
    }

    private static int count(Enrollment.Individual enrollment) {
        return ((Number) enrollment.optionalDeviceInformation().getOrDefault("count", -1)).intValue();
    }

    private static EnrollmentRegistry.IndividualDraft draft(int count) {
        return new EnrollmentRegistry.IndividualDraft(
                ID,
                Optional.empty(),
                new AttestationDraft.SharedKeys(Optional.empty(), Optional.empty()),
                Enrollment.Settings.defaults(),
                Map.of("count", count),
                Map.of());
    }
}
