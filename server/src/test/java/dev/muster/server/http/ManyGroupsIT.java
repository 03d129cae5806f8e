package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many groups with symmetric keys, and more strangers than can have all of them tried. */
class ManyGroupsIT {
    private static final int GROUPS = 40;

    /** As many as may have all groups tried at once. */
    private static final int TURNS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestIdentity certified = TestIdentity.leaf("certified");

    @AfterEach
    void stop() {
        server.close();
    }

    /** Groups that take as long to try as it takes for the door to open. */
    private static final class SlowGroups extends AbstractList<Enrollment.Group> {
        private final List<Enrollment.Group> groups;
        private final CountDownLatch tried = new CountDownLatch(TURNS);
        private final CountDownLatch door = new CountDownLatch(1);
        private volatile boolean slow;

        SlowGroups(List<Enrollment.Group> groups) {
            this.groups = groups;
        }

        @Override
        public Enrollment.Group get(int index) {
            if (slow) {
                tried.countDown();
                await(door);
            }
            return groups.get(index);
        }

        @Override
        public int size() {
            return groups.size();
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void deviceThatCannotBeLookedFor_isToldWhenToComeAgain_andOthersAreNotKept() throws Exception {
        for (int number = 0; number < GROUPS; number++) {
            enrollGroup(number);
        }
        SlowGroups slow = new SlowGroups(server.groups.withSharedKeys());
        server.groups.obstacle = _ -> slow;
        assertThat(register("first").statusCode()).isEqualTo(401);
        slow.slow = true;

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> searching = new ArrayList<>();
            for (int stranger = 0; stranger < TURNS; stranger++) {
                String id = "stranger-" + stranger;
                searching.add(threads.submit(() -> register(id)));
            }
            SlowGroups.await(slow.tried);

            HttpResponse<String> refused = register("one-too-many");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(json(refused)).containsEntry("errorCode", 429001);
            assertThat(refused.headers().firstValue("Retry-After")).contains("2");
            server.enroll(certified, "certified");
            assertThat(new TestClient(certified)
                            .send("PUT", server.registration("certified", "/register"), "{}")
                            .statusCode())
                    .as("who has a certificate is not looked for")
                    .isEqualTo(202);

            slow.slow = false;
            slow.door.countDown();
            for (Future<HttpResponse<String>> answer : searching) {
                assertThat(answer.get().statusCode()).isEqualTo(401);
            }
        }
    }

    private HttpResponse<String> register(String id) {
        String resource = RunningFrontEnd.ID_SCOPE + "%2Fregistrations%2F" + id;
        String expiry = Long.toString(Instant.now().plusSeconds(600).getEpochSecond());
        byte[] signature = SasToken.hmac(new byte[] {99}, (resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        String token = "SharedAccessSignature sr=" + resource + "&sig="
                + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8) + "&se="
                + expiry;
        return new TestClient(null)
                .send("PUT", server.registration(id, "/register"), "{}", Map.of("Authorization", token));
    }

    private void enrollGroup(int number) {
        byte[] key = new byte[32];
        key[0] = (byte) number;
        server.groups.put(
                new Enrollment.Group(
                        "line-" + number,
                        new Attestation.SharedKeys(new SymmetricKeys(SymmetricKey.of(key), SymmetricKey.of(key))),
                        Enrollment.Settings.defaults(),
                        Map.of(),
                        new Enrollment.Stamp(new Etag("1"), Instant.EPOCH, Instant.EPOCH)),
                new Precondition.Always());
    }
}
