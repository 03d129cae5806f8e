package dev.muster.server;

import dev.muster.server.config.Config;
import java.nio.file.Path;
import java.util.List;

/** The composition root. */
@SuppressWarnings("DoNotCallSuggester")
public final class Server implements AutoCloseable {
    public static Server start(Config config) {
        throw new UnsupportedOperationException(config.toString());
    }

    public int httpsPort() {
        throw new UnsupportedOperationException();
    }

    public int mqttPort() {
        throw new UnsupportedOperationException();
    }

    public String idScope() {
        throw new UnsupportedOperationException();
    }

    public Path authorityCertificate() {
        throw new UnsupportedOperationException();
    }

    public Path adminTokenFile() {
        throw new UnsupportedOperationException();
    }

    public List<String> notices() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
