package dev.muster.cli.command;

import java.nio.file.Path;
import java.util.Map;

/** Where a server keeps its data unless it is told otherwise. */
final class DataDirectory {
    private DataDirectory() {}

    /** {@code $MUSTER_HOME}, else {@code .muster} in the user's home. */
    static Path standard(Map<String, String> environment) {
        String home = environment.getOrDefault("MUSTER_HOME", "");
        return home.isEmpty() ? Path.of(System.getProperty("user.home"), ".muster") : Path.of(home);
    }
}
