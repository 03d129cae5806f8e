package dev.muster.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A client in lockstep: sends the bytes that it is given and expects what must come back, packet by packet. */
final class RawClient implements AutoCloseable {
    private static final char[] PASSWORD = "key".toCharArray();
    private static final int PATIENCE_MILLISECONDS = 10_000;
    private final SSLSocket socket;
    private final DataInputStream in;

    RawClient(int port, Optional<Identity> identity) throws IOException {
        this(port, identity, "TLSv1.3");
    }

    RawClient(int port, Optional<Identity> identity, String protocol) throws IOException {
        socket = (SSLSocket) context(identity).getSocketFactory().createSocket("127.0.0.1", port);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
    }

    void send(byte[]... packets) throws IOException {
        socket.getOutputStream().write(Packets.joined(packets));
        socket.getOutputStream().flush();
    }

    /** The next packet, whole. */
    byte[] receive() throws IOException {
        int first = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        byte[] header = {(byte) first};
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
            header = Packets.joined(header, new byte[] {(byte) digit});
        } while (digit >= 0x80);
        return Packets.joined(header, in.readNBytes(length));
    }

    void expect(byte[] packet) throws IOException {
        assertThat(receive()).isEqualTo(packet);
    }

    /** A PUBLISH from the server. */
    Published expectPublish() throws IOException {
        byte[] packet = receive();
        assertThat(packet[0] & 0xF0).isEqualTo(0x30);
        return Published.of(packet);
    }

    void expectClosed() throws IOException {
        try {
            assertThat(in.read()).isEqualTo(-1);
        } catch (EOFException | SSLException | SocketException e) {
            assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    /** Ends the TCP connection without a word. */
    void drop() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** @param packetId 0 with quality of service 0 */
    record Published(String topic, int qualityOfService, int packetId, String payload) {
        static Published of(byte[] packet) {
            int at = 1;
            while (packet[at++] < 0) {}
            int length = ((packet[at] & 0xFF) << 8) | (packet[at + 1] & 0xFF);
            String topic = Packets.text(Arrays.copyOfRange(packet, at + 2, at + 2 + length));
            at += 2 + length;
            int qualityOfService = (packet[0] >> 1) & 3;
            int packetId = 0;
            if (qualityOfService > 0) {
                packetId = ((packet[at] & 0xFF) << 8) | (packet[at + 1] & 0xFF);
                at += 2;
            }
            return new Published(
                    topic, qualityOfService, packetId, Packets.text(Arrays.copyOfRange(packet, at, packet.length)));
        }
    }

    private static SSLContext context(Optional<Identity> identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity.isPresent() ? keys(identity.get()) : null,
                    new TrustManager[] {new PlainTls.Anybody()},
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyManager[] keys(Identity identity) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("client", identity.keys().getPrivate(), PASSWORD, new Certificate[] {identity.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }
}
