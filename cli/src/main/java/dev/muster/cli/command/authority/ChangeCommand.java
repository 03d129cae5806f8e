package dev.muster.cli.command.authority;

import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster authorities change}. */
@Command(
        name = "change",
        description = "Change what an authority issues from now on; what is not named stays as it is.")
final class ChangeCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Parameters(paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            client.authorities().change(name, rules.rules());
            out.println("Changed certificate authority '" + name + "'.");
        });
    }
}
