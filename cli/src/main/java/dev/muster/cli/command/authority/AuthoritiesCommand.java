package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.revocation.RevokeAuthorityCommand;
import picocli.CommandLine.Command;

/** {@code muster authorities}: certificate authorities that issue to devices. */
@Command(
        name = "authorities",
        description = "Certificate authorities of this server, whose keys never leave it, and those elsewhere that are"
                + " linked to it.",
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
            LinkCommand.class,
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

    /** Where an authority elsewhere is, for a line of text. */
    static String linkedAt(Document link) {
        return switch (link.text("certificateAuthorityType")) {
            case "EstCertificateAuthority" ->
                "EST at " + link.text("url")
                        + link.find("label").map(label -> ", label " + label).orElse("")
                        + link.find("userName").map(user -> ", as " + user).orElse(", as each device by a group's key");
            case "PortalCertificateAuthority" ->
                "portal at " + link.text("url") + ", authority " + link.text("authority");
            default -> link.text("certificateAuthorityType") + ", which is kept and not asked";
        };
    }

    /** The day of a moment of ISO 8601. */
    static String day(String moment) {
        int end = moment.indexOf('T');
        return end < 0 ? moment : moment.substring(0, end);
    }
}
