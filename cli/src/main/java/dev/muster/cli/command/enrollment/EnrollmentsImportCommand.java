package dev.muster.cli.command.enrollment;

import dev.muster.cli.client.owner.EnrollmentFile;
import dev.muster.cli.client.owner.EnrollmentImport;
import dev.muster.cli.client.owner.OwnerClient;
import dev.muster.cli.command.ProgressBar;
import dev.muster.cli.command.ServerOptions;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster enrollments import}. */
@Command(
        name = "import",
        description = {
            "Let in the devices of a file. It can be repeated: those that are there already stay as they are.",
            "The file is a JSON array of enrollments, JSON with one on each line, or CSV whose first line names"
                    + " columns out of registrationId, deviceId, certificate (PEM or base64), primaryKey, secondaryKey,"
                    + " endorsementKey, provisioningStatus, allocationPolicy, iotHubs (separated by ';'), iotEdge,"
                    + " tags and desired (JSON). Without certificate and endorsementKey a device has keys, which the"
                    + " server makes where the file has none."
        })
final class EnrollmentsImportCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "FILE", description = "The file, in UTF-8.")
    private Path file = Path.of("");

    @Option(names = "--update", description = "Overwrite enrollments that are there already.")
    private boolean update;

    @Option(names = "--json", description = "Print the summary as a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        EnrollmentImport.Summary summary;
        boolean terminal = !json
                && Optional.ofNullable(System.console())
                        .map(Console::isTerminal)
                        .orElse(false);
        try (EnrollmentFile enrollments = EnrollmentFile.open(file);
                OwnerClient client = server.connect();
                ProgressBar bar = new ProgressBar(command.commandLine().getErr(), terminal)) {
            summary = new EnrollmentImport(client.enrollments(), update).run(enrollments, bar::show);
        }
        print(summary, command.commandLine().getOut());
        return summary.failures().isEmpty() ? 0 : 1;
    }

    private void print(EnrollmentImport.Summary summary, PrintWriter out) {
        if (json) {
            out.println(summary.document());
        } else {
            out.println("Created " + summary.created() + " individual enrollments"
                    + (update ? ", updated " + summary.updated() : "; " + summary.existing() + " were there already")
                    + "; " + summary.failures().size() + " failed.");
            for (EnrollmentImport.Failure failure :
                    summary.failures().stream().limit(SHOWN).toList()) {
                out.println("  line " + failure.line() + (failure.id().isEmpty() ? "" : ", '" + failure.id() + "'")
                        + ": " + failure.reason());
            }
            if (summary.failures().size() > SHOWN) {
                out.println("  and " + (summary.failures().size() - SHOWN) + " more; --json lists them all");
            }
        }
        out.flush();
    }
}
