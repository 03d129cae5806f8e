package dev.muster.cli.command;

import dev.muster.server.config.Config;
import dev.muster.server.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a server's configuration comes from. */
final class ServerConfig {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration; default muster.yaml in the data directory if there is one.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory, unless the configuration names one; default $MUSTER_HOME or ~/.muster.")
    private Optional<Path> data = Optional.empty();

    /** @throws dev.muster.base.Refusal when the configuration breaks a rule */
    Config load() {
        Path directory =
                data.orElseGet(() -> DataDirectory.standard(System.getenv())).toAbsolutePath();
        Path standard = directory.resolve("muster.yaml");
        return file.or(() -> Optional.of(standard).filter(Files::exists))
                .map(chosen -> ConfigLoader.load(chosen, directory))
                .orElseGet(() -> Config.defaults(directory));
    }
}
