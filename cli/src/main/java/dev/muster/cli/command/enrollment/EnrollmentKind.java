package dev.muster.cli.command.enrollment;

import dev.muster.cli.client.owner.EnrollmentsApi;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;

/** Which enrollments a command is about: those of the command that it stands below. */
interface EnrollmentKind {
    EnrollmentsApi of(OwnerClient client) throws IOException, InterruptedException;

    /** What one is called. */
    String title();
}
