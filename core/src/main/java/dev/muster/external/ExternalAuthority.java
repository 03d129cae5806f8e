package dev.muster.external;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.PreviewResource;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An authority elsewhere, as its owner has linked it: an account of the preview 2021-11-01 with a type of ours.
 * Immutable.
 *
 * @param url https, with a host, without user, query and fragment
 * @param trusted whom the server that answers there must be certified by; empty: whom this server trusts anyway
 */
public record ExternalAuthority(String name, URI url, List<Certificate> trusted, Access access) {
    static final String TYPE = "certificateAuthorityType";
    static final String URL = "url";

    private static final String EST = "EstCertificateAuthority";
    private static final String PORTAL = "PortalCertificateAuthority";
    private static final int MAX_URL = 2048;
    private static final int MAX_DAYS = 36_525;

    public ExternalAuthority {
        trusted = List.copyOf(trusted);
    }

    /** How certificates are had there. */
    public sealed interface Access {
        /**
         * By Enrollment over Secure Transport (RFC 7030).
         *
         * @param label of the path, where the server has several authorities
         */
        record Est(Optional<String> label, Login login) implements Access {}

        /**
         * By the portal CA's REST API.
         *
         * @param authority its CAID there, or what it is called there
         * @param days for which certificates are asked for; empty: as many as the authority gives, 90 at most
         */
        record Portal(String authority, Optional<Integer> days, String apiKey) implements Access {
            /** Without the key. */
            @Override
            public String toString() {
                return "Portal[" + authority + "]";
            }
        }
    }

    /** How this server proves to an EST server that it may ask. */
    public sealed interface Login {
        /** By an account that may ask for all devices. */
        record Account(String user, String password) implements Login {
            /** Without the password. */
            @Override
            public String toString() {
                return "Account[" + user + "]";
            }
        }

        /** As each device, by the key that an enrollment group there gives it. */
        record GroupKey(SymmetricKey key) implements Login {
            /** Without the key. */
            @Override
            public String toString() {
                return "GroupKey";
            }
        }
    }

    /** The host, with its port where that is said: whom a device waits for. */
    public String host() {
        return url.getAuthority();
    }

    /** What is linked, for the owner. */
    public String title() {
        return "certificate authority '" + name + "' at " + host();
    }

    /** Whether an account is of a type of ours; those of Azure's types are kept, and nobody issues by them here. */
    static boolean isOne(PreviewResource account) {
        Object type = account.contents().get(TYPE);
        return account.kind() == PreviewResource.Kind.CERTIFICATE_AUTHORITY
                && (EST.equals(type) || PORTAL.equals(type));
    }

    /**
     * @param account of which {@link #isOne} says so
     * @throws Refusal INVALID_ARGUMENT when something is missing or makes no sense
     */
    static ExternalAuthority of(PreviewResource account) {
        Map<String, Object> contents = account.contents();
        Map<String, Object> secrets = account.secrets();
        return new ExternalAuthority(
                account.id(),
                url(required(contents, URL, "the address of the server, such as https://ca.example")),
                text(contents, "trustedCertificates")
                        .map(ExternalAuthority::certificates)
                        .orElse(List.of()),
                EST.equals(contents.get(TYPE)) ? est(contents, secrets) : portal(contents, secrets));
    }

    private static Access est(Map<String, Object> contents, Map<String, Object> secrets) {
        Optional<String> label = text(contents, "label");
        label.filter(it -> !it.matches("[A-Za-z0-9._~-]{1,128}")).ifPresent(_ -> {
            throw refused("label", "it is not of letters, digits, '.', '_', '~' and '-'", "correct it");
        });
        Optional<String> user = text(contents, "userName");
        Optional<String> groupKey = text(secrets, "groupKey");
        if (user.isPresent() == groupKey.isPresent()) {
            throw refused(
                    "userName and groupKey",
                    user.isPresent() ? "both are given" : "neither is given",
                    "give userName and password of an account there, or, for a server that lets devices in by keys"
                            + " derived from a group's, the groupKey");
        }
        return new Access.Est(
                label,
                user.<Login>map(name -> new Login.Account(
                                checked(name), required(secrets, "password", "that of the user " + name)))
                        .orElseGet(() -> new Login.GroupKey(new SymmetricKey(groupKey.orElseThrow()))));
    }

    /** What stands before the colon cannot have one (RFC 7617 section 2). */
    private static String checked(String user) {
        if (user.contains(":") || user.chars().anyMatch(Character::isISOControl)) {
            throw refused("userName", "it has a colon or a control character", "correct it");
        }
        return user;
    }

    private static Access portal(Map<String, Object> contents, Map<String, Object> secrets) {
        String key = required(secrets, "apiKey", "the bearer token by which it is asked");
        if (!key.chars().allMatch(each -> each > ' ' && each < 0x7F)) {
            throw refused("apiKey", "it has blanks, or characters that no header may have", "correct it");
        }
        return new Access.Portal(
                required(contents, "authority", "the CAID or the name of the authority there"),
                days(contents.get("validityInDays")),
                key);
    }

    private static Optional<Integer> days(@Nullable Object value) {
        return switch (value) {
            case null -> Optional.empty();
            case Integer days when days > 0 && days <= MAX_DAYS -> Optional.of(days);
            default -> throw refused("validityInDays", "it is no number from 1 to " + MAX_DAYS, "correct it");
        };
    }

    private static List<Certificate> certificates(String pem) {
        try {
            return Pem.certificates(pem);
        } catch (Refusal refusal) {
            throw refused("trustedCertificates", refusal.text(), "give certificates in PEM");
        }
    }

    private static URI url(String text) {
        try {
            URI uri = new URI(text.replaceFirst("/+$", ""));
            if (text.length() <= MAX_URL
                    && "https".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // Refused as any other.
        }
        throw refused(
                URL,
                "it is no https URL with a host, and without user, query and fragment",
                "give https://HOST[/PATH]");
    }

    private static String required(Map<String, Object> from, String member, String what) {
        return text(from, member).orElseThrow(() -> refused(member, "it is missing", "give " + what));
    }

    private static Optional<String> text(Map<String, Object> from, String member) {
        return from.get(member) instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    private static Refusal refused(String member, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The certificate authority cannot be linked: " + member + ": " + rule + "; " + remedy + ".",
                new Explanation(member, rule, remedy));
    }
}
