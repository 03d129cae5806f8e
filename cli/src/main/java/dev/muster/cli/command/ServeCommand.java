package dev.muster.cli.command;

import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code muster serve}: runs until it is told to stop. */
@Command(name = "serve", description = "Run the server until it is interrupted.")
public final class ServeCommand implements Callable<Integer> {
    @Mixin
    private ServerConfig configuration = new ServerConfig();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        // Read by logback.xml, so it must be set before the first logger is made.
        System.setProperty("muster.log.level", "INFO");
        Config config = configuration.load();
        Server server = Server.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
        print(spec.commandLine().getOut(), config, server);
        // Nothing counts this down: a signal ends the virtual machine, and the hook the server.
        new CountDownLatch(1).await();
        return 0;
    }

    private static void print(PrintWriter out, Config config, Server server) {
        String hubs = config.hubs().stream().map(Config.Hub::name).collect(Collectors.joining(", "));
        out.println("Muster is running.");
        out.println("  id scope   " + server.idScope());
        out.println("  HTTPS      port " + server.httpsPort());
        server.httpPort().ifPresent(port -> out.println("  HTTP       port " + port + " (CRLs and OCSP alone)"));
        out.println("  MQTT       port " + server.mqttPort());
        out.println("  AMQP       port " + server.amqpPort());
        out.println("  hubs       " + hubs);
        out.println("  data       " + config.dataDirectory());
        out.println("  trust      " + server.authorityCertificate() + " (devices and services must trust this CA)");
        server.notices().forEach(notice -> out.println("  note       " + notice));
        out.println("Next:");
        out.println("  muster keys show                                        connection strings for back ends");
        out.println(
                "  muster certificates add FILE --name NAME --key KEYFILE  trust a CA, proving possession of its key");
        out.println("  muster groups create ID --ca NAME                       let in every device that the CA signed");
        out.println("  muster events --follow                                  see what devices send");
        out.println("Ctrl-C stops it.");
        out.flush();
    }
}
