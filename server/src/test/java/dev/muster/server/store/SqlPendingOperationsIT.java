package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Origin;
import dev.muster.registration.PendingOperation;
import dev.muster.registration.PendingOperation.Brought;
import dev.muster.registration.PendingOperation.Progress;
import dev.muster.registration.Recognition;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlPendingOperationsIT {
    private static final Instant NOW = Samples.NOW;
    private static final Instant LATER = NOW.plusSeconds(15);

    private final TestStore store;
    private final SqlPendingOperations operations;

    SqlPendingOperationsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        operations = new SqlPendingOperations(store.database(), new JsonDocuments());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void operation_isClaimedAsItWasPut_afterARestartToo() {
        List<PendingOperation> put = List.of(
                new PendingOperation(
                        new RegistrationId("Device-1"),
                        new Etag("r1"),
                        new Recognition(
                                new Authentication.SelfSigned(Optional.of("AB"), Optional.empty()),
                                List.of(new Thumbprint("AB"), new Thumbprint("CD"))),
                        new Brought(
                                Optional.of(Samples.certificate("CN=device-1")),
                                Optional.of(Map.of("model", "toaster", "floors", List.of(1, 2))),
                                Optional.of("MIIB")),
                        new Origin("DEVICE-1", "192.0.2.1", "MQTT", List.of("CN=device-1", "CN=root")),
                        new Progress("chooser.example", 3)),
                operation("device-2", "r1", "chooser.example"));
        put.forEach(operation -> operations.put(operation, NOW));

        SqlPendingOperations reopened = new SqlPendingOperations(store.reopen(), new JsonDocuments());

        assertThat(reopened.claim("a", NOW, LATER, 10, Set.of())).containsExactlyInAnyOrderElementsOf(put);
    }

    @Test
    void payload_mayBeAnyValue() {
        for (Object payload : List.of("a text", 1.5, List.of(true))) {
            PendingOperation sample = operation("device-1", "r1", "host");
            PendingOperation operation = new PendingOperation(
                    sample.id(),
                    sample.registration(),
                    sample.recognition(),
                    new Brought(Optional.empty(), Optional.of(payload), Optional.empty()),
                    sample.origin(),
                    sample.progress());
            operations.put(operation, NOW);

            assertThat(operations.claim("a", NOW, LATER, 1, Set.of())).containsExactly(operation);
        }
    }

    @Test
    void operation_isClaimedWhenDueAndUnlessItsHostIsBusy_theLongestWaitingFirst() {
        operations.put(operation("late", "r1", "host"), NOW.plusMillis(1));
        operations.put(operation("second", "r1", "host"), NOW);
        operations.put(operation("busy", "r1", "busy.host"), NOW.minusSeconds(9));
        operations.put(operation("first", "r1", "host"), NOW.minusSeconds(1));

        assertThat(ids(operations.claim("a", NOW, LATER, 1, Set.of("busy.host"))))
                .containsExactly("first");
        assertThat(ids(operations.claim("a", NOW, LATER, 9, Set.of("busy.host", "other"))))
                .containsExactly("second");
        assertThat(ids(operations.claim("a", NOW, LATER, 9, Set.of()))).containsExactly("busy");
    }

    @Test
    void claim_endsUnlessRenewed() {
        operations.put(operation("device-1", "r1", "host"), NOW);
        List<PendingOperation> claimed = operations.claim("a", NOW, LATER, 1, Set.of());

        operations.renew("b", claimed, LATER.plusSeconds(9));
        operations.renew("a", claimed, LATER.plusSeconds(5));
        assertThat(operations.claim("b", LATER, LATER.plusSeconds(15), 1, Set.of()))
                .isEmpty();
        assertThat(operations.claim("b", LATER.plusSeconds(5), LATER.plusSeconds(20), 1, Set.of()))
                .hasSize(1);

        assertThat(operations.remove(new RegistrationId("device-1"), new Etag("r1"), "a"))
                .isFalse();
        assertThat(operations.remove(new RegistrationId("DEVICE-1"), new Etag("r1"), "b"))
                .isTrue();
    }

    @Test
    void claimant_canLetGo() {
        operations.put(operation("device-1", "r1", "host"), NOW);
        operations.put(operation("device-2", "r1", "host"), LATER);
        operations.claim("a", NOW, LATER, 1, Set.of());

        operations.release("b", NOW);
        assertThat(operations.claim("b", NOW, LATER, 9, Set.of())).isEmpty();
        operations.release("a", NOW);

        assertThat(operations.remove(new RegistrationId("device-1"), new Etag("r1"), "a"))
                .isFalse();
        assertThat(ids(operations.claim("b", NOW, LATER, 9, Set.of()))).containsExactly("device-1");
    }

    @Test
    void newerOperationOfTheDevice_takesThePlaceOfTheClaimedOne() {
        operations.put(operation("device-1", "r1", "host"), NOW);
        operations.claim("a", NOW, LATER, 1, Set.of());
        operations.put(operation("device-1", "r2", "host"), NOW);

        assertThat(operations.remove(new RegistrationId("device-1"), new Etag("r1"), "a"))
                .isFalse();
        assertThat(operations.claim("a", NOW, LATER, 1, Set.of()))
                .singleElement()
                .satisfies(operation -> assertThat(operation.registration()).isEqualTo(new Etag("r2")));
    }

    @Test
    void operations_thatManyClaim_areClaimedOnce() throws Exception {
        for (int number = 0; number < 100; number++) {
            operations.put(operation("device-" + number, "r1", "host"), NOW);
        }

        List<PendingOperation> claimed = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<PendingOperation>>> claims = IntStream.range(0, 8)
                    .mapToObj(claimant ->
                            threads.submit(() -> operations.claim("claimant-" + claimant, NOW, LATER, 100, Set.of())))
                    .toList();
            for (Future<List<PendingOperation>> claim : claims) {
                claimed.addAll(claim.get());
            }
        }

        assertThat(ids(claimed)).hasSize(100).doesNotHaveDuplicates();
    }

    private static List<String> ids(List<PendingOperation> operations) {
        return operations.stream().map(operation -> operation.id().value()).toList();
    }

    private static PendingOperation operation(String id, String registration, String waitsFor) {
        return new PendingOperation(
                new RegistrationId(id),
                new Etag(registration),
                new Recognition(
                        new Authentication.Sas("AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAA=="), List.of()),
                new Brought(Optional.empty(), Optional.empty(), Optional.empty()),
                new Origin(id, "192.0.2.1", "HTTPS", List.of()),
                new Progress(waitsFor, 0));
    }
}
