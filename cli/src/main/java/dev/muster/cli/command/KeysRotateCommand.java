package dev.muster.cli.command;

import dev.muster.cli.client.EnrollmentsApi;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster keys rotate} and {@code muster policies rotate}. */
@Command(
        name = "rotate",
        description = "Make a new key; who uses the old one is refused from then on. Let callers change to the"
                + " secondary key, rotate the primary, and the other way round.")
final class KeysRotateCommand implements Callable<Integer> {
    @Mixin
    private PolicyOptions policies = new PolicyOptions();

    @ArgGroup(multiplicity = "1")
    private Owner owner = new Owner();

    @Option(names = "--secondary", description = "The secondary key instead of the primary.")
    private boolean secondary;

    private static final class Owner {
        @Parameters(paramLabel = "POLICY", arity = "0..1", description = "The shared access policy whose key it is.")
        private Optional<String> policy = Optional.empty();

        @Option(names = "--enrollment", paramLabel = "ID", description = "The individual enrollment whose key it is.")
        private Optional<String> enrollment = Optional.empty();

        @Option(names = "--group", paramLabel = "ID", description = "The enrollment group whose key it is.")
        private Optional<String> group = Optional.empty();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String which = secondary ? "secondaryKey" : "primaryKey";
        String done = " has a new " + (secondary ? "secondary" : "primary") + " key.";
        if (owner.enrollment.isPresent()) {
            String id = owner.enrollment.get();
            return policies.server().perform((client, out) -> {
                rotate(client.enrollments(), id, which);
                out.println("Individual enrollment '" + id + "'" + done);
            });
        }
        if (owner.group.isPresent()) {
            String id = owner.group.get();
            return policies.server().perform((client, out) -> {
                rotate(client.groups(), id, which);
                out.println("Enrollment group '" + id + "'" + done);
            });
        }
        String name = owner.policy.orElse("");
        return policies.perform((api, out) -> {
            api.rotate(PolicyOptions.find(api, name), which);
            out.println("Shared access policy '" + name + "'" + done);
        });
    }

    private static void rotate(EnrollmentsApi enrollments, String id, String which)
            throws IOException, InterruptedException {
        enrollments.rotate(enrollments.find(id), id, which);
    }
}
