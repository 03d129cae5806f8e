package dev.muster.cli.command.certificate;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.Table;
import java.io.PrintWriter;
import java.util.List;

/** How certificates that were issued to devices are listed. Stateless. */
final class IssuedTable {
    private IssuedTable() {}

    static void print(Listing listing, PrintWriter out, List<Document> certificates, String whenEmpty) {
        listing.print(
                out,
                certificates,
                whenEmpty,
                new Table("DEVICE", "EXPIRES", "ISSUED", "AUTHORITY", "BY LEAVE OF", "REVOKED", "SERIAL NUMBER"),
                certificate -> new String[] {
                    certificate.text("deviceId"),
                    seconds(certificate.text("notAfterUtc")),
                    seconds(certificate.text("issuedUtc")),
                    certificate.text("authority"),
                    certificate.text("basis") + " " + certificate.text("basisId"),
                    certificate.isTrue("revoked") ? "yes" : "no",
                    certificate.text("serialNumber")
                });
    }

    private static String seconds(String timestamp) {
        return timestamp.replaceFirst("\\.\\d+Z$", "Z");
    }
}
