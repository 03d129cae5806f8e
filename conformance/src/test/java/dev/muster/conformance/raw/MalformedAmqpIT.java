package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpPeer.Frame;
import dev.muster.conformance.peer.AmqpType.Described;
import dev.muster.conformance.peer.AmqpType.Symbol;
import dev.muster.conformance.peer.MqttProvisioning;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * AMQP as nobody should speak it: each gets its end, and others notice nothing.
 *
 * @see <a href="https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html">AMQP 1.0 part 2</a>
 */
class MalformedAmqpIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                Arguments.of("HTTP", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("AMQP 0-9-1", new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1}),
                Arguments.of("AMQP inside of TLS inside of TLS", new byte[] {'A', 'M', 'Q', 'P', 2, 1, 0, 0}),
                Arguments.of("half a header and nonsense", new byte[] {'A', 'M', 'X', 1, 2, 3, 4, 5}),
                Arguments.of(
                        "SASL frame that is too large",
                        concat(AmqpPeer.saslHeader(), new byte[] {0, 1, 0, 0, 2, 1, 0, 0})),
                Arguments.of(
                        "a frame smaller than its header",
                        concat(AmqpPeer.amqpHeader(), new byte[] {0, 0, 0, 4, 2, 0, 0, 0})),
                Arguments.of("a frame of 2 GB", concat(AmqpPeer.amqpHeader(), new byte[] {127, 0, 0, 0, 2, 0, 0, 0})),
                Arguments.of(
                        "a data offset beyond the frame",
                        concat(AmqpPeer.amqpHeader(), new byte[] {0, 0, 0, 8, 99, 0, 0, 0})),
                Arguments.of(
                        "no performative",
                        concat(AmqpPeer.amqpHeader(), AmqpPeer.frame(0, 0, Described.list(0x99, "what")))),
                Arguments.of(
                        "an OPEN of the wrong types",
                        concat(AmqpPeer.amqpHeader(), AmqpPeer.frame(0, 0, Described.list(AmqpPeer.OPEN, true, 7)))),
                Arguments.of(
                        "a SASL frame after the AMQP header",
                        concat(AmqpPeer.amqpHeader(), AmqpPeer.saslInit("PLAIN", new byte[0]))));
    }

    /** Section 2.2: what is not understood ends the connection. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("strangers")
    void whatIsNoAmqp_endsTheConnection(String what, byte[] bytes) throws Exception {
        try (AmqpPeer peer = connect()) {
            peer.send(bytes);

            assertEnds(peer);
        }
    }

    static Stream<Arguments> violations() {
        byte[] tooLarge = new byte[60_000];
        return Stream.of(
                Arguments.of(
                        "a frame larger than agreed", AmqpPeer.transfer(1, 0, AmqpPeer.data(new byte[70_000])), ""),
                Arguments.of("a TRANSFER on no link", AmqpPeer.transfer(7, 0, AmqpPeer.register()), ""),
                Arguments.of(
                        "many sessions",
                        repeated(10, channel -> AmqpPeer.begin(channel + 1)),
                        "amqp:resource-limit-exceeded"),
                Arguments.of(
                        "many links",
                        repeated(20, handle -> AmqpPeer.attachSender(handle + 2, "nowhere", null)),
                        "amqp:resource-limit-exceeded"),
                Arguments.of(
                        "messages without credit",
                        repeated(100, delivery -> AmqpPeer.transfer(1, delivery, AmqpPeer.register())),
                        "amqp:session:window-violation"),
                Arguments.of(
                        "a message without end",
                        repeated(
                                3,
                                _ -> AmqpPeer.frame(
                                        0,
                                        0,
                                        Described.list(AmqpPeer.TRANSFER, 1, 0, new byte[] {0}, 0, false, true),
                                        tooLarge)),
                        "amqp:link:message-size-exceeded"));
    }

    static Stream<Arguments> strays() {
        return Stream.of(
                Arguments.of("a second OPEN", AmqpPeer.open(null)),
                Arguments.of("an END of no session", AmqpPeer.frame(0, 3, Described.list(AmqpPeer.END))),
                Arguments.of(
                        "an ATTACH to no session",
                        AmqpPeer.frame(0, 3, Described.list(AmqpPeer.ATTACH, "x", 0, false))),
                Arguments.of("a DETACH of no link", AmqpPeer.frame(0, 0, Described.list(AmqpPeer.DETACH, 7))));
    }

    /** The engine passes over what it knows nothing of; the connection goes on. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("strays")
    void strayFrame_isIgnored(String what, byte[] bytes) throws Exception {
        try (AmqpPeer peer = connect()) {
            peer.send(AmqpPeer.amqpHeader(), AmqpPeer.open(null), AmqpPeer.begin(0), bytes);
            peer.expectHeader(AmqpPeer.amqpHeader());
            peer.send(AmqpPeer.attachReceiver(0, server.idScope() + "/registrations/stray"));

            peer.expect(AmqpPeer.ATTACH, AmqpPeer.OPEN, AmqpPeer.BEGIN);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void violation_endsTheConnection(String what, byte[] bytes, String condition) throws Exception {
        String address = server.idScope() + "/registrations/violator";
        try (AmqpPeer peer = connect()) {
            peer.send(AmqpPeer.amqpHeader(), AmqpPeer.open(null), AmqpPeer.begin(0));
            peer.expectHeader(AmqpPeer.amqpHeader());
            peer.send(AmqpPeer.attachReceiver(0, address), AmqpPeer.attachSender(1, address, null));
            peer.send(bytes);

            Optional<Object> error = closing(peer);
            if (!condition.isEmpty()) {
                assertThat(error).contains(new Symbol(condition));
            }
        }
    }

    /** Devices come and go, and some are cut off in the middle of a word; an honest one registers all the same. */
    @Test
    void honestDevice_isNotDisturbedByOthers() throws Exception {
        byte[] opening = concat(AmqpPeer.amqpHeader(), AmqpPeer.open(null), AmqpPeer.begin(0));
        for (int length = 0; length < opening.length; length++) {
            try (AmqpPeer peer = connect()) {
                peer.send(Arrays.copyOf(opening, length));
            }
        }
        Device device = new MqttProvisioning(server).enrolled("honest-amqp-device");

        assertThat(SdkDevice.register(ProvisioningDeviceClientTransportProtocol.AMQPS, server.idScope(), device)
                        .getDeviceId())
                .isEqualTo("honest-amqp-device");
    }

    private static AmqpPeer connect() throws IOException {
        return AmqpPeer.connect(server, TestPki.selfSigned("insulting-device"));
    }

    private static void assertEnds(AmqpPeer peer) {
        // A header of our own may come first, and a frame that says why.
        for (int read = 0; read < 2000; read++) {
            if (peer.isClosedByServer()) {
                return;
            }
        }
        throw new AssertionError("still talking");
    }

    /** The condition in the server's CLOSE, if it said one before it hung up. */
    private static Optional<Object> closing(AmqpPeer peer) throws IOException {
        while (true) {
            Optional<Frame> frame = peer.next();
            if (frame.isEmpty()) {
                return Optional.empty();
            }
            if (frame.get().code() == AmqpPeer.CLOSE) {
                assertThat(peer.next()).isEmpty();
                return Optional.ofNullable((Described) frame.get().field(0)).map(error -> error.field(0));
            }
        }
    }

    private static byte[] repeated(int times, IntFunction<byte[]> part) {
        return concat(IntStream.range(0, times).mapToObj(part).toArray(byte[][]::new));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
