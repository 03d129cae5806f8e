package dev.muster.conformance.harness;

import com.microsoft.azure.sdk.iot.provisioning.service.ProvisioningServiceClient;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.registration.Throttle;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The real server on the real ports, with an address and a data directory of its own, trusted by this JVM. One at a
 * time; its accessors are safe for any number of threads.
 */
public final class TestServer implements AutoCloseable {
    /** The ports that the SDKs hard-code. */
    public static final int HTTPS = 443;

    public static final int MQTT = 8883;

    public static final int AMQP = 5671;

    /** Provisioning service and hub alike; with the dots that the device SDKs want in a hub's name. */
    public static final String HOST = "127.0.71.1";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Identity identity;
    private final Path directory;
    private final Runnable stop;
    private final Optional<AuthorityRegistry> authorities;
    private final Trust trust;
    private final ControlPlane controlPlane;
    private final ProvisioningServiceClient enrollments;
    private final RegistryClient registry;

    /**
     * What a client needs to know of a server.
     *
     * @param authorityCertificate PEM file
     */
    public record Identity(String idScope, Path authorityCertificate, Path adminTokenFile) {
        public static Identity of(Server server) {
            return new Identity(server.idScope(), server.authorityCertificate(), server.adminTokenFile());
        }
    }

    /**
     * @param directory for the files of tests
     * @param stop ends the server
     */
    public TestServer(Identity identity, Path directory, Runnable stop) {
        this(identity, directory, stop, Optional.empty());
    }

    private TestServer(Identity identity, Path directory, Runnable stop, Optional<AuthorityRegistry> authorities) {
        this.authorities = authorities;
        this.identity = identity;
        this.directory = directory;
        this.stop = stop;
        this.trust = new Trust(identity.authorityCertificate());
        trust.ofTheJvm(directory.resolve("trust.p12"));
        this.controlPlane =
                new ControlPlane(HOST, read(identity.adminTokenFile()).strip(), trust);
        this.enrollments = new ProvisioningServiceClient(controlPlane.provisioningConnectionString());
        this.registry = new RegistryClient(controlPlane.hubConnectionString());
    }

    /** In this process. */
    public static TestServer start() {
        return start(List.of());
    }

    /** @param moreHubs that devices can be assigned to, beside the one that is called {@link #HOST} */
    public static TestServer start(List<String> moreHubs) {
        return start(newDirectory(), moreHubs);
    }

    /** One that goes on with what another has left. */
    public static TestServer start(Path directory, List<String> moreHubs) {
        return start(directory, config(directory.resolve("data"), moreHubs));
    }

    /** One that trusts these authorities, beside the JDK's, when it calls others. */
    public static TestServer start(Path directory, List<String> moreHubs, Path authorities) {
        return start(
                directory,
                config(directory.resolve("data"), moreHubs)
                        .withTls(new Config.Tls(
                                List.of(HOST), Optional.empty(), Optional.empty(), Optional.of(authorities))));
    }

    /** Where as much may be asked for as the limits say, and no more. */
    public static TestServer start(Throttle.Limits limits) {
        Path directory = newDirectory();
        return start(
                directory,
                config(directory.resolve("data"))
                        .withProvisioning(new Config.Provisioning("muster", Duration.ofSeconds(2), limits)));
    }

    /** Where so many connections may be open that have proved nothing. */
    public static TestServer start(int newcomers) {
        Path directory = newDirectory();
        return start(
                directory,
                config(directory.resolve("data"))
                        .withListen(new Config.Listen(HOST, HTTPS, MQTT, AMQP).withNewcomers(newcomers)));
    }

    public static TestServer start(Path directory, Config config) {
        checkPort(HTTPS);
        checkPort(MQTT);
        checkPort(AMQP);
        Server server = Server.start(config);
        return new TestServer(Identity.of(server), directory, server::close, Optional.of(server.authorities()));
    }

    public static Config config(Path dataDirectory) {
        return config(dataDirectory, List.of());
    }

    private static Config config(Path dataDirectory, List<String> moreHubs) {
        Config defaults = Config.defaults(dataDirectory);
        return new Config(
                dataDirectory,
                new Config.Listen(HOST, HTTPS, MQTT, AMQP),
                new Config.Tls(List.of(HOST), Optional.empty(), Optional.empty(), Optional.empty()),
                defaults.store(),
                defaults.provisioning(),
                Stream.concat(Stream.of(HOST), moreHubs.stream())
                        .map(name -> new Config.Hub(name, List.of()))
                        .toList(),
                defaults.events(),
                defaults.authorities());
    }

    public String idScope() {
        return identity.idScope();
    }

    /** PEM file. */
    public Path authorityCertificate() {
        return identity.authorityCertificate();
    }

    /** With the administrator's token. */
    public Path adminTokenFile() {
        return identity.adminTokenFile();
    }

    public Trust trust() {
        return trust;
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    /** Of a server in this process. */
    public AuthorityRegistry authorities() {
        return authorities.orElseThrow();
    }

    public ProvisioningServiceClient enrollments() {
        return enrollments;
    }

    public RegistryClient registry() {
        return registry;
    }

    /** A fresh directory for the files of a test. */
    public Path directory(String name) {
        try {
            return Files.createTempDirectory(directory, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop.run();
    }

    /**
     * Says what is wrong, since the tests are worth nothing on other ports; what a test leaves behind may take a while
     * to go.
     */
    public static void checkPort(int port) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "The SDKs under test hard-code port " + port + ", and it cannot be bound on " + HOST
                                    + ": run as root, or allow it (sysctl net.ipv4.ip_unprivileged_port_start=443). "
                                    + e.getMessage() + "; its sockets: " + sockets(port),
                            e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Lines of the kernel's tables, whose fourth column is 0A for a listener. */
    private static List<String> sockets(int port) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> read(Path.of(table)).lines())
                .filter(line -> line.contains(":%04X ".formatted(port)))
                .map(String::strip)
                .toList();
    }

    public static Path newDirectory() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "servers").toAbsolutePath()), "server");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
