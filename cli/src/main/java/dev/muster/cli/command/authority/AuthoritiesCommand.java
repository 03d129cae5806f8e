package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.revocation.RevokeAuthorityCommand;
import picocli.CommandLine.Command;

/** {@code muster authorities}: certificate authorities that issue to devices. */
@Command(
        name = "authorities",
        description = "Certificate authorities of this server, whose keys never leave it.",
        subcommands = {
            CreateCommand.class,
            ListCommand.class,
            ShowCommand.class,
            ChangeCommand.class,
            ExportCommand.class,
            RequestCommand.class,
            InstallCommand.class,
            RotateCommand.class,
            ImportCommand.class,
            RevokeAuthorityCommand.class,
            DeleteCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class AuthoritiesCommand {
    /** The generation of an authority that issues; that which was requested where there is none. */
    static Document current(Document authority) {
        return authority.list("generations").stream()
                .filter(generation -> generation.text("state").equals("issuing"))
                .findFirst()
                .orElseGet(() -> authority.list("generations").getFirst());
    }

    /** Who it is and until when, for a line of text. */
    static String described(Document authority) {
        Document generation = current(authority);
        return generation.text("certificate", "subject") + ", issued by " + generation.text("certificate", "issuer")
                + ", " + generation.text("certificate", "keyAlgorithm") + ", until "
                + day(generation.text("certificate", "notAfter"));
    }

    /** The day of a moment of ISO 8601. */
    static String day(String moment) {
        int end = moment.indexOf('T');
        return end < 0 ? moment : moment.substring(0, end);
    }
}
