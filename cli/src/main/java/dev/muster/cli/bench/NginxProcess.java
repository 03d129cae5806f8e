package dev.muster.cli.bench;

import dev.muster.cli.client.load.Fleet;
import dev.muster.cli.client.load.LoadDevice;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An nginx of our own as a yardstick: the same kind of certificate, the same question, an empty answer. It lets clients
 * resume sessions as it does where nothing is configured, and as this project's servers do; on a second port it does
 * not. Used by one thread.
 */
final class NginxProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final ChildProcess child;
    private final InetSocketAddress address;
    private final InetSocketAddress withoutTickets;

    private NginxProcess(ChildProcess child, int port, int portWithoutTickets) {
        this.child = child;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.withoutTickets = new InetSocketAddress(InetAddress.getLoopbackAddress(), portWithoutTickets);
    }

    /** Where nginx is installed, if it is. */
    static Optional<Path> program() {
        return Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx", "/usr/local/bin/nginx")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it and returns when it answers. One process does it all, so its CPU time is that of the connections. */
    static NginxProcess start(Path program, Path directory, Fleet fleet) throws IOException, InterruptedException {
        LoadDevice identity = fleet.devices("localhost", 1).getFirst();
        Files.writeString(directory.resolve("chain.pem"), Pem.write(identity.chain()));
        Files.writeString(directory.resolve("key.pem"), Pem.write(identity.key()));
        int port = freePort();
        int portWithoutTickets = freePort();
        Path config = directory.resolve("nginx.conf");
        Files.writeString(config, """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log error.log crit;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  ssl_certificate chain.pem;
                  ssl_certificate_key key.pem;
                  ssl_protocols TLSv1.2 TLSv1.3;
                  ssl_verify_client optional_no_ca;
                  server {
                    listen 127.0.0.1:%d ssl;
                    location / { return 200 "{}"; }
                  }
                  server {
                    listen 127.0.0.1:%d ssl;
                    ssl_session_tickets off;
                    location / { return 200 "{}"; }
                  }
                }
                """.formatted(port, portWithoutTickets));
        ChildProcess child = ChildProcess.start(
                List.of(program.toString(), "-p", directory.toString(), "-c", config.toString(), "-e", "error.log"),
                directory.resolve("output.log"));
        NginxProcess nginx = new NginxProcess(child, port, portWithoutTickets);
        try {
            nginx.awaitReady();
            return nginx;
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** Where sessions cannot be resumed. */
    InetSocketAddress withoutTickets() {
        return withoutTickets;
    }

    ProcessUsage usage() {
        return new ProcessUsage(child.pid());
    }

    @Override
    public void close() {
        child.close();
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (child.isAlive() && System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (ConnectException _) {
                Thread.sleep(LOOK_AGAIN);
            }
        }
        throw new IOException("nginx did not start; its output ends with: " + child.lastOutput());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
