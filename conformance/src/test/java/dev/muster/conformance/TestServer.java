package dev.muster.conformance;

import com.microsoft.azure.sdk.iot.provisioning.service.ProvisioningServiceClient;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
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

/**
 * The real server on the real ports, with an address and a data directory of its own, trusted by this JVM. One at a
 * time; its accessors are safe for any number of threads.
 */
final class TestServer implements AutoCloseable {
    /** The ports that the SDKs hard-code. */
    static final int HTTPS = 443;

    static final int MQTT = 8883;

    /** Provisioning service and hub alike; with the dots that the device SDKs want in a hub's name. */
    static final String HOST = "127.0.71.1";

    private final Server server;
    private final Path directory;
    private final Trust trust;
    private final ControlPlane controlPlane;
    private final ProvisioningServiceClient enrollments;
    private final RegistryClient registry;

    private TestServer(Server server, Path directory) {
        this.server = server;
        this.directory = directory;
        this.trust = new Trust(server.authorityCertificate());
        trust.ofTheJvm(directory.resolve("trust.p12"));
        this.controlPlane = new ControlPlane(HOST, read(server.adminTokenFile()).strip(), trust);
        this.enrollments = new ProvisioningServiceClient(controlPlane.provisioningConnectionString());
        this.registry = new RegistryClient(controlPlane.hubConnectionString());
    }

    static TestServer start() {
        Path directory = newDirectory();
        checkPort(HTTPS);
        checkPort(MQTT);
        return new TestServer(Server.start(config(directory.resolve("data"))), directory);
    }

    static Config config(Path dataDirectory) {
        Config defaults = Config.defaults(dataDirectory);
        return new Config(
                dataDirectory,
                new Config.Listen(HOST, HTTPS, MQTT),
                new Config.Tls(List.of(HOST), Optional.empty(), Optional.empty()),
                defaults.store(),
                new Config.Provisioning("muster", Duration.ofSeconds(2)),
                List.of(new Config.Hub(HOST, List.of())),
                defaults.events());
    }

    String idScope() {
        return server.idScope();
    }

    /** PEM file. */
    Path authorityCertificate() {
        return server.authorityCertificate();
    }

    Trust trust() {
        return trust;
    }

    ControlPlane controlPlane() {
        return controlPlane;
    }

    ProvisioningServiceClient enrollments() {
        return enrollments;
    }

    RegistryClient registry() {
        return registry;
    }

    /** A fresh directory for the files of a test. */
    Path directory(String name) {
        try {
            return Files.createTempDirectory(directory, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    /** Says at once what is wrong; the tests are worth nothing on other ports. */
    static void checkPort(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The SDKs under test hard-code port " + port + ", and it cannot be bound on " + HOST
                            + ": run as root, or allow it (sysctl net.ipv4.ip_unprivileged_port_start=443)",
                    e);
        }
    }

    static Path newDirectory() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(Path.of("target", "servers").toAbsolutePath()), "server");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
