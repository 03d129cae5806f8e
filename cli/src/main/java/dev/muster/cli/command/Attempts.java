package dev.muster.cli.command;

import dev.muster.cli.client.Document;
import java.io.PrintWriter;

/** An attempt to register, told to the owner. */
final class Attempts {
    private Attempts() {}

    static void explain(Document attempt, PrintWriter out) {
        out.println(attempt.text("time") + "  " + attempt.text("registrationId") + "  " + attempt.text("transport")
                + " from " + attempt.text("peer"));
        out.println("  " + attempt.text("outcome"));
        attempt.find("explanation", "subject")
                .ifPresent(subject -> out.println("  Why:    " + subject + ": " + attempt.text("explanation", "rule")));
        attempt.find("explanation", "remedy").ifPresent(remedy -> out.println("  To do:  " + remedy));
        attempt.find("enrollment").ifPresent(enrollment -> out.println("  By:     " + enrollment));
        attempt.texts("chain").forEach(certificate -> out.println("  Shown:  " + certificate));
        attempt.find("trackingId").ifPresent(trackingId -> out.println("  Told:   tracking id " + trackingId));
    }
}
