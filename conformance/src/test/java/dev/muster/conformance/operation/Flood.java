package dev.muster.conformance.operation;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Many connections that say little or nothing. Counts them as the kernel does, on Linux. For one thread. */
final class Flood implements AutoCloseable {
    /** RFC 793's, as {@code /proc/net/tcp} numbers them. */
    private static final String ESTABLISHED = "01";

    /** Java's sockets are in the second one, even with addresses of IPv4. */
    private static final List<String> TABLES = List.of("/proc/net/tcp", "/proc/net/tcp6");

    private static final int THREADS = 4;
    private static final List<Integer> PORTS = List.of(TestServer.HTTPS, TestServer.MQTT, TestServer.AMQP);

    private final SSLContext context;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Socket> slow = new CopyOnWriteArrayList<>();
    private final Thread dripping = Thread.ofVirtual().unstarted(this::drip);

    /** Opens one connection. */
    @FunctionalInterface
    private interface Opening {
        void open(int number) throws IOException;
    }

    Flood(TestServer server) throws Exception {
        this.context = server.trust().context(TestPki.selfSigned("flooding-stranger"));
    }

    /** HTTPS requests that come in a byte a second. */
    void slowHeaders(int count) throws Exception {
        open(count, _ -> {
            Socket socket = tls(TestServer.HTTPS);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            slow.add(socket);
        });
        dripping.start();
    }

    void tlsWithoutRequest(int count) throws Exception {
        open(count, _ -> tls(TestServer.HTTPS));
    }

    void mqttWithoutConnect(int count) throws Exception {
        open(count, _ -> tls(TestServer.MQTT));
    }

    void amqpHeaderOnly(int count) throws Exception {
        open(count, _ -> tls(TestServer.AMQP).getOutputStream().write(AmqpPeer.amqpHeader()));
    }

    /** On all ports alike. */
    void withoutTls(int count) throws Exception {
        open(count, number -> plain(PORTS.get(number % PORTS.size())));
    }

    /** How many the server holds. Others may come from the same port, to another of the server's. */
    int open() throws IOException {
        Set<Ends> ours = new HashSet<>();
        sockets.forEach(socket -> ours.add(new Ends(socket.getPort(), socket.getLocalPort())));
        Set<Ends> open = new HashSet<>();
        for (String table : TABLES) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields[3].equals(ESTABLISHED)) {
                    open.add(new Ends(port(fields[1]), port(fields[2])));
                }
            }
        }
        open.retainAll(ours);
        return open.size();
    }

    /** The ports of a connection. */
    private record Ends(int server, int client) {}

    /** Whether the server lets all of them go. */
    boolean endsWithin(Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (open() > 0 && System.nanoTime() < end) {
            Thread.sleep(1000);
        }
        return open() == 0;
    }

    @Override
    public void close() throws IOException {
        dripping.interrupt();
        for (Closeable socket : sockets) {
            socket.close();
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    private static void open(int count, Opening opening) throws Exception {
        List<Future<?>> openings = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int number = 0; number < count; number++) {
                int which = number;
                openings.add(threads.submit(() -> {
                    opening.open(which);
                    return which;
                }));
            }
        }
        for (Future<?> opened : openings) {
            opened.get();
        }
    }

    private Socket tls(int port) throws IOException {
        Socket plain = plain(port);
        Socket socket = context.getSocketFactory().createSocket(plain, TestServer.HOST, port, false);
        ((SSLSocket) socket).startHandshake();
        return socket;
    }

    private Socket plain(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(TestServer.HOST, port));
        sockets.add(socket);
        return socket;
    }

    private void drip() {
        try {
            while (true) {
                Thread.sleep(1000);
                slow.removeIf(socket -> !drips(socket));
            }
        } catch (InterruptedException e) {
            // The flood is over.
        }
    }

    private static boolean drips(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
