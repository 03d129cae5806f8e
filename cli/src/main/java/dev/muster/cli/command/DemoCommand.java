package dev.muster.cli.command;

import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.demo.Demo;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster demo}: everything that Muster is for, in a minute. */
@Command(
        name = "demo",
        description = "Show the main job end to end: chain of trust, proof of possession, enrollment, provisioning,"
                + " telemetry, and a refusal explained.")
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_DEVICES = 9999;

    @Option(names = "--devices", paramLabel = "N", defaultValue = "3", description = "How many; default 3.")
    private int devices;

    @Option(
            names = "--transport",
            defaultValue = "HTTPS",
            paramLabel = "https|mqtt|mqtt-ws|amqp|amqp-ws",
            description = "What devices register over; default https.")
    private Transport transport = Transport.HTTPS;

    @Option(names = "--keep", description = "Keep the server running afterwards, to look around, until Ctrl-C.")
    private boolean keep;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (devices < 1 || devices > MOST_DEVICES) {
            throw new ParameterException(spec.commandLine(), "--devices must be from 1 to " + MOST_DEVICES);
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        new Demo(out, terminal).play(devices, transport, data -> epilogue(data, out));
        return 0;
    }

    private void epilogue(Path data, PrintWriter out) throws InterruptedException {
        if (keep) {
            out.println("The server keeps running. In another terminal:");
            out.println("  muster events --from-start --data " + data);
            out.println("  muster registrations explain stranger --data " + data);
            out.println("  muster groups list --data " + data);
            out.println("  muster keys show --data " + data);
            out.println("Ctrl-C ends it and removes its data.");
            out.flush();
            new CountDownLatch(1).await();
        }
        out.println("Try next:");
        out.println("  muster demo --devices 200 --transport mqtt   the same with a fleet");
        out.println("  muster demo --keep                           and look around in the running server");
        out.println(
                "  muster serve                                 a server of your own; the README goes on from there");
        out.flush();
    }
}
