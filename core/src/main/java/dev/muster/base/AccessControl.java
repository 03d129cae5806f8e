package dev.muster.base;

import dev.muster.base.SharedAccessPolicy.Right;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether a shared access signature lets its bearer do something. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-control-access">DPS: control access</a>
 */
public final class AccessControl {
    private final AccessPolicies policies;
    private final InstantSource clock;

    public AccessControl(AccessPolicies policies, InstantSource clock) {
        this.policies = policies;
        this.clock = clock;
    }

    /**
     * @param scope of the policies, as {@link AccessPolicies} has it
     * @param resource what is asked for: a host name, with or without a port, and a path
     * @throws Refusal UNAUTHORIZED, the explanation saying what is wrong with the token
     */
    public void demand(Right right, String scope, String resource, Optional<SasToken> presented) {
        SasToken token = presented.orElseThrow(() -> refused(
                "the request", "it carries no shared access signature", "call with the connection string of a policy"));
        String name = token.keyName()
                .orElseThrow(() -> refused(
                        "the token", "it names no policy (skn)", "sign it with the key of a policy and name it"));
        String title = "shared access policy '" + name + "' of " + scope;
        SharedAccessPolicy policy = policies.find(scope, name)
                .orElseThrow(() -> refused(title, "there is no such policy", "use another connection string"));
        if (!policy.vouchesFor(token, clock.instant())) {
            throw refused(
                    title,
                    "the token, which expires at " + token.expires() + ", has expired or was signed with another key",
                    "check the key in the connection string and the caller's clock");
        }
        if (!covers(token.audience(), resource)) {
            throw refused(
                    title,
                    "its token is for '" + token.audience() + "' and not for '" + resource + "'",
                    "put the host name that is called into the connection string");
        }
        if (!policy.rights().contains(right)) {
            throw refused(title, "it lacks the right " + right.wireName(), "use a policy that has it");
        }
    }

    /** A token is good for the resource that it names and all below it, segment by segment. */
    private static boolean covers(String audience, String resource) {
        String asked = resource.toLowerCase(Locale.ROOT).replaceFirst("^([^/:]+):\\d+", "$1");
        return (asked + "/").startsWith(audience + "/");
    }

    private static Refusal refused(String subject, String rule, String remedy) {
        return new Refusal(Refusal.Reason.UNAUTHORIZED, "Unauthorized", new Explanation(subject, rule, remedy));
    }
}
