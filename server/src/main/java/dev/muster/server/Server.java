package dev.muster.server;

import dev.muster.server.config.Config;
import java.nio.file.Path;

/** Stands in for the composition root until it is there. */
public final class Server implements AutoCloseable {
    private final Config config;

    private Server(Config config) {
        this.config = config;
    }

    public static Server start(Config config) {
        return new Server(config);
    }

    public int httpsPort() {
        return config.listen().https();
    }

    public int mqttPort() {
        return config.listen().mqtt();
    }

    public String idScope() {
        return "0ne00000000";
    }

    public Path authorityCertificate() {
        return config.dataDirectory().resolve("authority.pem");
    }

    public Path adminTokenFile() {
        return config.dataDirectory().resolve("token");
    }

    @Override
    public void close() {}
}
