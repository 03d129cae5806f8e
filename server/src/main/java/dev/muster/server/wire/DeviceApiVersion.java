package dev.muster.server.wire;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.util.Set;

/** The versions of the device API, the same on every transport. */
public final class DeviceApiVersion {
    /** Every version that a released SDK, a document's sample or a certificate preview sends. */
    private static final Set<String> KNOWN = Set.of(
            "2018-09-01-preview",
            "2018-11-01",
            "2019-03-31",
            "2021-06-01",
            "2021-10-01",
            "2021-11-01-preview",
            "2025-07-01-preview",
            "2026-11-02-preview");

    /** The preview that gives a device one certificate, and names whom to trust. */
    private static final String ONE_CERTIFICATE = "2021-11-01-preview";

    private DeviceApiVersion() {}

    /** @throws Refusal INVALID_ARGUMENT when there is no such version */
    public static void check(String version) {
        if (!KNOWN.contains(version)) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The api-version is not supported.",
                    new Explanation("api-version '" + version + "'", "it is not one of " + KNOWN, "use one"));
        }
    }

    /** Whether clients of this version expect one certificate in PEM, and not a chain. */
    static boolean hasOneCertificate(String version) {
        return version.equals(ONE_CERTIFICATE);
    }
}
