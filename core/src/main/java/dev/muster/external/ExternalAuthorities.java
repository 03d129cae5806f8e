package dev.muster.external;

import dev.muster.authority.Authorities;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.enrollment.PreviewResources;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The authorities elsewhere that the owner has linked. Safe for any number of threads. */
public final class ExternalAuthorities {
    private final Authorities own;
    private final PreviewResources accounts;
    private final Function<ExternalAuthority, ExternalIssuer> issuers;
    private final Map<String, Link> links = new ConcurrentHashMap<>();

    /**
     * @param own those of this process, which come first where a name is taken twice
     * @param issuers by which an authority is asked
     */
    public ExternalAuthorities(
            Authorities own, PreviewResources accounts, Function<ExternalAuthority, ExternalIssuer> issuers) {
        this.own = own;
        this.accounts = accounts;
        this.issuers = issuers;
    }

    /**
     * An authority, and who asks it.
     *
     * @param version of the account; another has another issuer
     */
    record Link(Etag version, ExternalAuthority authority, ExternalIssuer issuer) {}

    /**
     * Tries an account out that is about to be stored, if it is of an authority that could issue. Waits for its
     * answers.
     *
     * @throws Refusal INVALID_ARGUMENT, saying why it cannot be used, or ALREADY_EXISTS
     */
    public void tryOut(PreviewResource account) {
        if (!ExternalAuthority.isOne(account)) {
            return;
        }
        ExternalAuthority authority = ExternalAuthority.of(account);
        if (own.find(authority.name()).isPresent()) {
            throw new Refusal(
                    Reason.ALREADY_EXISTS,
                    "Certificate authority '" + authority.name()
                            + "' is one of this server's own; choose another name.");
        }
        issuers.apply(authority).objection().ifPresent(why -> {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The " + authority.title() + " cannot be linked: " + why + ".",
                    new Explanation(authority.title(), why, "correct what is wrong, here or there, and link it again"));
        });
    }

    /** @throws Refusal AUTHORITY_NOT_FOUND, or FORBIDDEN for an account by which nobody issues here */
    Link find(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        PreviewResource account = accounts.find(Kind.CERTIFICATE_AUTHORITY, name)
                .orElseThrow(() -> new Refusal(
                        Reason.AUTHORITY_NOT_FOUND,
                        "The certificate authority '" + name + "' does not exist.",
                        new Explanation(
                                "certificate authority '" + name + "'",
                                "this server has none of that name, and none is linked",
                                "create it (muster authorities create) or link it (muster authorities link), or correct"
                                        + " the name in the enrollment")));
        if (!ExternalAuthority.isOne(account)) {
            throw new Refusal(
                    Reason.FORBIDDEN,
                    "The certificate authority '" + name + "' does not issue to devices of this service.",
                    new Explanation(
                            "account '" + account.id() + "', "
                                    + account.contents().get(ExternalAuthority.TYPE),
                            "it is kept for its owner, and this server does not speak that service's own protocol",
                            "link the service by EST (muster authorities link NAME --est URL) or by the portal CA's API"
                                    + " (--portal URL), and name that in the enrollment"));
        }
        Link known = links.get(key);
        if (known == null || !known.version().equals(account.stamp().etag())) {
            ExternalAuthority authority = ExternalAuthority.of(account);
            known = new Link(account.stamp().etag(), authority, issuers.apply(authority));
            links.put(key, known);
        }
        return known;
    }
}
