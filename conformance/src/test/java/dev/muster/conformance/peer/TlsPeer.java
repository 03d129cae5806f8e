package dev.muster.conformance.peer;

import dev.muster.conformance.harness.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says exactly the bytes it is told to. For one thread. */
public final class TlsPeer implements Wire {
    /** Longer than any answer takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private TlsPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** @param versions such as {@code TLSv1.2}; none for the JVM's own choice */
    public static TlsPeer connect(SSLContext context, int port, String... versions) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        open(socket, port);
        if (versions.length > 0) {
            socket.setEnabledProtocols(versions);
        }
        socket.startHandshake();
        return new TlsPeer(socket);
    }

    /** Over a socket that is not open yet, which may have ways of its own. */
    public static TlsPeer connect(Socket plain, SSLContext context, int port, String version) throws IOException {
        open(plain, port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, TestServer.HOST, port, true);
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        return new TlsPeer(socket);
    }

    /** Without TLS, against all rules. */
    public static TlsPeer connectPlain(int port) throws IOException {
        Socket socket = new Socket();
        open(socket, port);
        return new TlsPeer(socket);
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    @Override
    public boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static void open(Socket socket, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(TestServer.HOST, port), (int) PATIENCE.toMillis());
    }
}
