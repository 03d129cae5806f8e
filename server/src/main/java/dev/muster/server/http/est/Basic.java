package dev.muster.server.http.est;

import dev.muster.certification.Applicant.Password;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Reads user names and passwords (RFC 7617). Stateless. */
final class Basic {
    private static final String SCHEME = "Basic ";

    private Basic() {}

    /**
     * What is said, if it is said in this scheme. The last colon divides it, since registration ids may have some, and
     * keys in base64 none.
     */
    static Optional<Password> parse(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String text;
        try {
            text = new String(
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(new Password(text.substring(0, colon), text.substring(colon + 1)));
    }
}
