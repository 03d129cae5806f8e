package dev.muster.cli.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One MQTT connection over TLS, in lockstep: every call waits for its answer. For one thread at a time; the thread may
 * be a virtual one.
 */
final class MqttConnection implements AutoCloseable {
    /** How long a server may take for any one answer. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** None is promised, since nothing is sent between the calls. */
    private static final int KEEP_ALIVE_SECONDS = 0;

    private static final int MAX_PACKET_ID = 0xFFFF;

    private final SSLSocket socket;
    private final InputStream in;
    private final Queue<MqttPacket.Publish> received = new ArrayDeque<>();
    private int lastPacketId;

    private MqttConnection(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Connects, with the certificate that the TLS context holds and, if there is one, a token.
     *
     * @throws RefusedByServer when the server answers CONNECT with a return code other than 0
     */
    static MqttConnection open(
            SSLContext tls, InetSocketAddress server, String clientId, String userName, @Nullable String password)
            throws IOException {
        SSLSocket socket = ClientTls.connect(tls, server, PATIENCE);
        try {
            MqttConnection connection = new MqttConnection(socket);
            connection.send(new MqttPacket.Connect(clientId, userName, password, KEEP_ALIVE_SECONDS));
            MqttPacket.ConnectAck answer = connection.await(MqttPacket.ConnectAck.class);
            if (answer.returnCode() != 0) {
                throw RefusedByServer.connection(answer.returnCode());
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** @throws ProtocolException when the server does not grant it */
    void subscribe(String filter) throws IOException {
        int id = nextPacketId();
        send(new MqttPacket.Subscribe(id, List.of(filter)));
        MqttPacket.SubscribeAck answer = await(MqttPacket.SubscribeAck.class);
        if (answer.packetId() != id || !answer.returnCodes().stream().allMatch(code -> code <= 1)) {
            throw new ProtocolException("The server did not grant the subscription to " + filter + ".");
        }
    }

    /** Publishes with quality of service 1 and waits until the server has acknowledged. */
    void publish(String topic, byte[] payload) throws IOException {
        int id = nextPacketId();
        send(new MqttPacket.Publish(topic, id, 1, payload));
        MqttPacket.PublishAck answer = await(MqttPacket.PublishAck.class);
        if (answer.packetId() != id) {
            throw new ProtocolException("The server acknowledged message " + answer.packetId() + " instead of " + id);
        }
    }

    /** The next message from the server, which is acknowledged. */
    MqttPacket.Publish receive() throws IOException {
        MqttPacket.Publish waiting = received.poll();
        return waiting == null ? await(MqttPacket.Publish.class) : waiting;
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            send(new MqttPacket.Disconnect());
        }
    }

    /** The next packet of that kind; messages that come before it wait for {@link #receive}. */
    private <P extends MqttPacket> P await(Class<P> kind) throws IOException {
        while (true) {
            MqttPacket packet = MqttCodec.read(in);
            if (packet instanceof MqttPacket.Publish message && message.qos() == 1) {
                send(new MqttPacket.PublishAck(message.packetId()));
            }
            if (kind.isInstance(packet)) {
                return kind.cast(packet);
            }
            if (!(packet instanceof MqttPacket.Publish message)) {
                throw new ProtocolException("The server sent " + packet + " instead of " + kind.getSimpleName() + ".");
            }
            received.add(message);
        }
    }

    private void send(MqttPacket packet) throws IOException {
        socket.getOutputStream().write(MqttCodec.encode(packet));
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
        return lastPacketId;
    }
}
