package dev.muster.cli;

import dev.muster.cli.command.ApplyCommand;
import dev.muster.cli.command.CompletionCommand;
import dev.muster.cli.command.DemoCommand;
import dev.muster.cli.command.DoctorCommand;
import dev.muster.cli.command.EventsCommand;
import dev.muster.cli.command.Failures;
import dev.muster.cli.command.RegistrationsCommand;
import dev.muster.cli.command.ServeCommand;
import dev.muster.cli.command.ValidateCommand;
import dev.muster.cli.command.authority.AuthoritiesCommand;
import dev.muster.cli.command.bench.BenchCommand;
import dev.muster.cli.command.certificate.CertCommand;
import dev.muster.cli.command.certificate.CertificatesCommand;
import dev.muster.cli.command.enrollment.EnrollmentsCommand;
import dev.muster.cli.command.enrollment.GroupsCommand;
import dev.muster.cli.command.hub.DevicesCommand;
import dev.muster.cli.command.hub.HubsCommand;
import dev.muster.cli.command.key.KeysCommand;
import dev.muster.cli.command.key.PoliciesCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code muster}: exit code 0 for done, 1 for refused or failed, 2 for wrong usage. */
@Command(
        name = "muster",
        description = "Device provisioning service, IoT hub and certificate authority in one process.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Muster.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        exitCodeOnExecutionException = 1,
        exitCodeOnInvalidInput = 2,
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ValidateCommand.class,
            CertCommand.class,
            CertificatesCommand.class,
            AuthoritiesCommand.class,
            GroupsCommand.class,
            EnrollmentsCommand.class,
            RegistrationsCommand.class,
            HubsCommand.class,
            DevicesCommand.class,
            PoliciesCommand.class,
            ApplyCommand.class,
            DoctorCommand.class,
            EventsCommand.class,
            KeysCommand.class,
            BenchCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Muster {
    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the code an error came from.")
    private boolean stacktrace;

    private Muster() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command, ready to execute. */
    public static CommandLine commandLine() {
        Muster muster = new Muster();
        CommandLine commandLine = new CommandLine(muster);
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(
                        (failure, command, _) -> Failures.report(failure, command.getErr(), muster.stacktrace));
    }

    /** From the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Muster.class.getPackage().getImplementationVersion();
            return new String[] {"muster " + (version == null ? "(not packaged)" : version)};
        }
    }
}
