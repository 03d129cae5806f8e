package dev.muster.cli.command.certificate;

import picocli.CommandLine.Command;

/** {@code muster cert}: makes and explains certificates in files; needs no server. */
@Command(
        name = "cert",
        description = "Make certificates for authorities and devices, and explain those you have.",
        subcommands = {
            CertRootCommand.class,
            CertIntermediateCommand.class,
            CertDeviceCommand.class,
            CertVerificationCommand.class,
            CertExplainCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class CertCommand {}
