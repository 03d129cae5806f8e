package dev.muster.cli.command.key;

import dev.muster.cli.client.owner.EnrollmentsApi;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster keys rotate} and {@code muster policies rotate}. */
@Command(
        name = "rotate",
        description = "Make a new key; who uses the old one is refused from then on. Let callers change to the"
                + " secondary key, rotate the primary, and the other way round.")
final class KeysRotateCommand implements Callable<Integer> {
    @Mixin
    private PolicyOptions policies = new PolicyOptions();

    @Parameters(paramLabel = "POLICY", arity = "0..1", description = "The shared access policy whose key it is.")
    private Optional<String> policy = Optional.empty();

    @Option(names = "--enrollment", paramLabel = "ID", description = "The individual enrollment whose key it is.")
    private Optional<String> enrollment = Optional.empty();

    @Option(names = "--group", paramLabel = "ID", description = "The enrollment group whose key it is.")
    private Optional<String> group = Optional.empty();

    @Option(names = "--secondary", description = "The secondary key instead of the primary.")
    private boolean secondary;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> named =
                Stream.of(policy, enrollment, group).flatMap(Optional::stream).toList();
        if (named.size() != 1) {
            throw new ParameterException(spec.commandLine(), "Name one of POLICY, --enrollment and --group");
        }
        String name = named.getFirst();
        String which = secondary ? "secondaryKey" : "primaryKey";
        String done = "'" + name + "' has a new " + (secondary ? "secondary" : "primary") + " key.";
        if (policy.isPresent()) {
            return policies.perform((api, out) -> {
                api.rotate(api.read(), PolicyOptions.find(api, name), which);
                out.println("Shared access policy " + done);
            });
        }
        return policies.server().perform((client, out) -> {
            rotate(enrollment.isPresent() ? client.enrollments() : client.groups(), name, which);
            out.println((enrollment.isPresent() ? "Individual enrollment " : "Enrollment group ") + done);
        });
    }

    private static void rotate(EnrollmentsApi enrollments, String id, String which)
            throws IOException, InterruptedException {
        enrollments.rotate(enrollments.find(id), id, which);
    }
}
