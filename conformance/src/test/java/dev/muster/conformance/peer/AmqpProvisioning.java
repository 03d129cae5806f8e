package dev.muster.conformance.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer.Frame;
import dev.muster.conformance.peer.AmqpType.Described;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the frame tests of the provisioning service have in common. Safe for any number of threads. */
public final class AmqpProvisioning {
    private final TestServer server;

    public AmqpProvisioning(TestServer server) {
        this.server = server;
    }

    public Device enrolled(String id) throws Exception {
        return new MqttProvisioning(server).enrolled(id);
    }

    /** SASL from its header to its outcome. */
    public static void assertOutcome(AmqpPeer peer, String mechanism, String response, byte code) throws IOException {
        peer.send(AmqpPeer.saslHeader());
        peer.expectHeader(AmqpPeer.saslHeader());
        assertThat(peer.expect(AmqpPeer.MECHANISMS).field(0)).asString().contains("PLAIN");
        peer.send(AmqpPeer.saslInit(mechanism, bytes(response)));
        assertThat(peer.expect(AmqpPeer.OUTCOME).field(0)).isEqualTo(code);
    }

    /** Accepted and settled, then the answer in one Data section. */
    public static Frame answer(AmqpPeer peer) throws IOException {
        Frame disposition = peer.expect(AmqpPeer.DISPOSITION, AmqpPeer.FLOW);
        assertThat(disposition.described(4).code()).isEqualTo(AmqpPeer.ACCEPTED);
        assertThat(disposition.field(3)).as("settled").isEqualTo(true);
        Frame transfer = peer.expect(AmqpPeer.TRANSFER, AmqpPeer.FLOW);
        assertThat(transfer.sections()).containsKey(0x75L).doesNotContainKeys(0x76L, 0x77L);
        return transfer;
    }

    /** The error of a request that was rejected. */
    public static Described rejection(AmqpPeer peer) throws IOException {
        Described state = peer.expect(AmqpPeer.DISPOSITION, AmqpPeer.FLOW).described(4);
        assertThat(state.code()).isEqualTo(AmqpPeer.REJECTED);
        return (Described) Objects.requireNonNull(state.field(0));
    }

    /** An attach without ends, then a detach that closes and says why (section 2.6.3). */
    public static @Nullable Object refusal(AmqpPeer peer) throws IOException {
        Frame attach = peer.expect(AmqpPeer.ATTACH, AmqpPeer.OPEN, AmqpPeer.BEGIN);
        assertThat(attach.field(5)).isNull();
        assertThat(attach.field(6)).isNull();
        Frame detach = peer.expect(AmqpPeer.DETACH);
        assertThat(detach.field(1)).isEqualTo(true);
        return detach.described(2).field(0);
    }

    /** A link without one of its ends is a refused one. */
    public static void assertBothEnds(Frame attach) {
        assertThat(attach.field(5)).as("source").isNotNull();
        assertThat(attach.field(6)).as("target").isNotNull();
    }

    /** Without SASL, up to the session. */
    public AmqpPeer opened(Device device) throws IOException {
        AmqpPeer peer = AmqpPeer.connect(server, device);
        begin(peer);
        return peer;
    }

    /** The same with both links: receiver 0, sender 1. */
    public AmqpPeer attached(Device device, String address) throws IOException {
        AmqpPeer peer = opened(device);
        attach(peer, address);
        return peer;
    }

    /** What a registration is answered with, good or bad, on a connection that has SASL behind it. */
    public String registered(AmqpPeer peer, String id, byte[]... body) throws IOException {
        begin(peer);
        attach(peer, address(id));
        peer.send(AmqpPeer.transfer(
                1,
                0,
                Stream.concat(Stream.of(AmqpPeer.register()), Stream.of(body)).toArray(byte[][]::new)));
        Described state = peer.expect(AmqpPeer.DISPOSITION, AmqpPeer.FLOW).described(4);
        return state.code() == AmqpPeer.ACCEPTED
                ? peer.expect(AmqpPeer.TRANSFER, AmqpPeer.FLOW).json().toString()
                : state.toString();
    }

    private static void begin(AmqpPeer peer) throws IOException {
        peer.send(AmqpPeer.amqpHeader(), AmqpPeer.open(null), AmqpPeer.begin(0));
        peer.expectHeader(AmqpPeer.amqpHeader());
        peer.expect(AmqpPeer.OPEN);
        peer.expect(AmqpPeer.BEGIN);
    }

    private static void attach(AmqpPeer peer, String address) throws IOException {
        peer.send(AmqpPeer.attachReceiver(0, address), AmqpPeer.attachSender(1, address, null));
        peer.expect(AmqpPeer.ATTACH);
        peer.expect(AmqpPeer.ATTACH);
        peer.send(AmqpPeer.credit(0, 10_000));
    }

    /** The response of the mechanism {@code PLAIN} (RFC 4616). */
    public String plain(String id, String token) {
        return "\0" + address(id) + "\0" + token;
    }

    /** One that is well-formed and of no key. */
    public String token(String id) {
        return "SharedAccessSignature sr=" + address(id) + "&sig=YWJj&se=4102444800&skn=registration";
    }

    public String address(String id) {
        return server.idScope() + "/registrations/" + id;
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
