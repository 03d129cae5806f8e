package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientException;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.pki.Pem;
import dev.muster.pki.revocation.ForeignCrl;
import dev.muster.pki.revocation.ForeignRevocations.Check;
import dev.muster.pki.revocation.ForeignRevocations.Policy;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Certificates of an authority elsewhere, OpenSSL's, which is asked whether it has revoked them. Each test has a server
 * of its own, so they take turns.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ForeignRevocationIT {
    private static final String VERSION = "?api-version=2019-03-31";
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path directory;

    private ListServer lists;
    private int responderPort;
    private OpenSslAuthority root;

    @BeforeEach
    void start() throws Exception {
        lists = new ListServer();
        try (ServerSocket free = new ServerSocket(0)) {
            responderPort = free.getLocalPort();
        }
        root = OpenSslAuthority.root(directory.resolve("root"), "Foreign-Root");
    }

    @AfterEach
    void stop() {
        lists.close();
    }

    @Test
    void leafInTheCrl_isRefusedWithTheReason_andTheListFetchedOnceForAll() throws Exception {
        String pointer = at(lists.url("/crl"));
        Device good = root.device("foreign-good", pointer);
        Device stolen = root.device("foreign-stolen", pointer);
        root.revoke("foreign-stolen", "keyCompromise");
        lists.put("/crl", root.list(DAY));

        try (TestServer server = started(new Policy(Check.CRL, true))) {
            assertAssigned(server, good);
            JsonNode why = refused(server, stolen);
            assertThat(why.at("/subject").asString()).contains("CN=foreign-stolen");
            assertThat(why.at("/rule").asString())
                    .startsWith("it was revoked on ")
                    .contains("(keyCompromise) by its own authority, says the CRL of CN=Foreign-Root");
            assertAssigned(server, good);
            assertThat(lists.requests("/crl")).isEqualTo(1);
            assertThat(examined(server, good))
                    .contains("Of certificate 1 of 2, CN=foreign-good, was asked: it was not revoked, says the CRL of");
        }
    }

    @Test
    void intermediateInTheCrl_isRefusedWithAllBelowIt() throws Exception {
        OpenSslAuthority line =
                root.intermediate(directory.resolve("line"), "Foreign-Line", at(lists.url("/root.crl")));
        Device device = line.device("foreign-below", at(lists.url("/line.crl")));
        root.revoke("Foreign-Line", "cACompromise");
        lists.put("/root.crl", root.list(DAY));
        lists.put("/line.crl", line.list(DAY));

        try (TestServer server = started(new Policy(Check.CRL, true))) {
            JsonNode why = refused(server, device);
            assertThat(why.at("/subject").asString()).contains("CN=Foreign-Line");
            assertThat(why.at("/rule").asString()).contains("(cACompromise)");
        }
    }

    @Test
    void connectedDevice_isCut_whenANewerListSaysSo() throws Exception {
        Device device = root.device("foreign-connected", at(lists.url("/crl")));
        lists.put("/crl", root.list(Duration.ofSeconds(10)));

        try (TestServer server = started(new Policy(Check.CRL, true))) {
            assertAssigned(server, device);
            try (MqttPeer peer = MqttPeer.connect(server, device)) {
                peer.send(connectOf(device).packet());
                MqttProvisioning.assertAccepted(peer);
                root.revoke("foreign-connected", "superseded");
                lists.put("/crl", root.list(DAY));

                assertThat(peer.isClosedByServer()).isTrue();
            }
            try (MqttPeer peer = MqttPeer.connect(server, device)) {
                peer.send(connectOf(device).packet());
                assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unknown_isAnsweredAsTheOperatorChose(boolean refuses) throws Exception {
        Map<Device, String> devices = new LinkedHashMap<>();
        devices.put(root.device("foreign-missing", at(lists.url("/missing"))), "status 404");
        devices.put(
                root.device("foreign-garbage", at(lists.put("/garbage", "<html>".getBytes(StandardCharsets.US_ASCII)))),
                "no CRL");
        devices.put(
                root.device("foreign-large", at(lists.put("/large", new byte[ForeignCrl.MAX_BYTES + 1]))), "too long");
        devices.put(root.device("foreign-nobody", at("http://127.0.0.1:1/crl")), "nobody listens");
        OpenSslAuthority other = OpenSslAuthority.root(directory.resolve("other"), "Foreign-Root");
        devices.put(root.device("foreign-forged", at(lists.put("/forged", other.list(DAY)))), "signed by nobody");
        byte[] old = root.list(Duration.ofSeconds(1));
        devices.put(root.device("foreign-old", at(lists.put("/old", old))), "was good until");
        Thread.sleep(1100);

        try (ListServer slow = new ListServer();
                TestServer server = started(new Policy(Check.ANY, refuses))) {
            devices.put(root.device("foreign-slow", at(slow.silence("/slow"))), "within 2 s");
            for (Map.Entry<Device, String> each : devices.entrySet()) {
                if (refuses) {
                    JsonNode why = refused(server, each.getKey());
                    assertThat(why.at("/rule").asString())
                            .startsWith("whether its authority has revoked it cannot be found out: ")
                            .contains(each.getValue());
                    assertThat(why.at("/remedy").asString()).contains("authorities.foreign.when-unknown");
                } else {
                    assertAssigned(server, each.getKey());
                }
            }
            assertThat(examined(server, devices.keySet().iterator().next())).contains("status 404");
        }
    }

    @Test
    void silentServer_isAskedOnce_howeverManyDevicesCome() throws Exception {
        lists.silence("/slow");
        List<Device> devices = List.of(
                root.device("foreign-1", at(lists.url("/slow"))), root.device("foreign-2", at(lists.url("/slow"))));

        try (TestServer server = started(new Policy(Check.CRL, true));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> refusals = devices.stream()
                    .map(device -> threads.submit(() -> refused(server, device)))
                    .toList();
            for (Future<JsonNode> refusal : refusals) {
                assertThat(refusal.get().at("/rule").asString()).contains("within 2 s");
            }
            Instant before = Instant.now();
            refused(server, devices.getFirst());
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
            assertThat(lists.requests("/slow")).isEqualTo(1);
        }
    }

    @Test
    void pointerElsewhere_isNotFollowed() throws Exception {
        Device strange = root.device(
                "foreign-strange",
                "crlDistributionPoints=URI:file:///etc/passwd,URI:ldap://127.0.0.1/cn=x?crl,URI:https://127.0.0.1/crl");
        Device near = root.device("foreign-near", at(lists.url("/crl")));
        lists.put("/crl", root.list(DAY));

        try (TestServer server = started(new Policy(Check.ANY, true), List.of())) {
            assertAssigned(server, strange);
            assertThat(refused(server, near).at("/rule").asString()).contains("its host may not be asked");
            assertThat(lists.requests("/crl")).isZero();
        }
    }

    @Test
    void certificateOfAnAuthorityThatNobodyTrusts_makesTheServerAskNobody() throws Exception {
        Device device = root.device("foreign-stranger", at(lists.url("/crl")));

        try (TestServer server =
                TestServer.start(directory, config(new Policy(Check.ANY, true), List.of("127.0.0.1")))) {
            new Enrolling(server).individual(device);
            assertAssigned(server, device);
            assertThat(lists.requests("/crl")).isZero();
        }
    }

    /** Who signs the answers of the responder. */
    enum Signer {
        THE_AUTHORITY,
        A_DELEGATE,
        SOMEBODY;

        String file(OpenSslAuthority root) throws Exception {
            return switch (this) {
                case THE_AUTHORITY -> "ca";
                case A_DELEGATE -> {
                    root.issue("delegate", "keyUsage=digitalSignature\nextendedKeyUsage=OCSPSigning\n");
                    yield "delegate";
                }
                case SOMEBODY -> {
                    root.issue("somebody", "keyUsage=digitalSignature\n");
                    yield "somebody";
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void responder_isBelievedIfItMaySpeak(Signer signer) throws Exception {
        Device good = root.device("foreign-good", ocsp());
        Device stolen = root.device("foreign-stolen", ocsp());
        root.revoke("foreign-stolen", "keyCompromise");
        String file = signer.file(root);

        Process responder = root.responder(responderPort, file);
        try (TestServer server = started(new Policy(Check.ANY, true))) {
            if (signer == Signer.SOMEBODY) {
                assertThat(refused(server, good).at("/rule").asString()).contains("signed neither by");
            } else {
                assertAssigned(server, good);
                assertThat(refused(server, stolen).at("/rule").asString())
                        .contains("(keyCompromise) by its own authority, says OCSP answer of");
            }
        } finally {
            responder.destroyForcibly().waitFor();
        }
    }

    @Test
    void responderThatDoesNotKnow_orIsDown_isFollowedByTheList() throws Exception {
        String list = at(lists.url("/crl"));
        Device both = root.device("foreign-both", list, ocsp());
        Device alone = root.device("foreign-alone", ocsp());
        lists.put("/crl", root.list(DAY));
        OpenSslAuthority twin = root.forgetful(directory.resolve("twin"));

        Process responder = twin.responder(responderPort, "ca");
        try (TestServer server = started(new Policy(Check.ANY, true))) {
            assertThat(refused(server, alone).at("/rule").asString()).contains("it does not know the certificate");
            assertAssigned(server, both);
        } finally {
            responder.destroyForcibly().waitFor();
        }
        try (TestServer server = started(new Policy(Check.ANY, true))) {
            assertThat(refused(server, alone).at("/rule").asString()).contains("nobody listens there");
            assertAssigned(server, both);
        }
    }

    private String ocsp() {
        return "authorityInfoAccess=OCSP;URI:http://127.0.0.1:" + responderPort + "/";
    }

    private static String at(String url) {
        return "crlDistributionPoints=URI:" + url;
    }

    private TestServer started(Policy policy) throws Exception {
        return started(policy, List.of("127.0.0.1"));
    }

    /** With an enrolled group of the authority. */
    private TestServer started(Policy policy, List<String> hosts) throws Exception {
        TestServer server = TestServer.start(directory, config(policy, hosts));
        try {
            new Enrolling(server).verifiedGroup("foreign", root.authority());
        } catch (ProvisioningServiceClientException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static Config config(Policy policy, List<String> hosts) {
        Config config = TestServer.config(TestServer.newDirectory().resolve("data"));
        return config.withAuthorities(
                config.authorities().withForeign(new Config.Foreign(policy, Duration.ofSeconds(2), hosts)));
    }

    private static void assertAssigned(TestServer server, Device device) throws Exception {
        assertThat(new HttpProvisioning(server).registered(device).at("/status").asString())
                .isEqualTo("assigned");
    }

    /** @return what the owner is told */
    private static JsonNode refused(TestServer server, Device device) throws IOException {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer answer = peer.request(
                    "PUT",
                    "/" + server.idScope() + "/registrations/" + device.registrationId() + "/register" + VERSION,
                    "Content-Type: application/json",
                    "{}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(401002);
        }
        return server.controlPlane()
                .attempts(device.registrationId())
                .getFirst()
                .at("/explanation");
    }

    private static Connect connectOf(Device device) {
        String id = device.registrationId();
        return new Connect(id, TestServer.HOST + "/" + id + "/?api-version=2021-04-12", null, true, 600);
    }

    /** What the doctor says. */
    private static String examined(TestServer server, Device device) throws Exception {
        String token = TestServer.read(server.adminTokenFile()).strip();
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            return peer.request("POST", "/muster/doctor", "Authorization: Bearer " + token, Pem.write(device.chain()))
                    .body();
        }
    }
}
