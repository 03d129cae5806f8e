package dev.muster.cli.command;

import dev.muster.server.config.Config;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code muster validate}: what {@code muster serve} does before it opens ports. */
@Command(name = "validate", description = "Check the configuration as serve would, and start nothing.")
public final class ValidateCommand implements Callable<Integer> {
    @Mixin
    private ServerConfig configuration = new ServerConfig();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Config config = configuration.load();
        PrintWriter out = spec.commandLine().getOut();
        out.println("OK");
        out.println("  data       " + config.dataDirectory());
        out.println("  listen     " + config.listen().address() + ", HTTPS "
                + config.listen().https() + ", MQTT " + config.listen().mqtt() + ", AMQP "
                + config.listen().amqp());
        out.println("  store      " + config.store().url().orElse("SQLite in the data directory"));
        config.hubs().forEach(hub -> out.println("  hub        " + hub.name()));
        out.flush();
        return 0;
    }
}
