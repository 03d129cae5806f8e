package dev.muster.attestation;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Judges the tokens of devices that share a key with their enrollment. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation">DPS: symmetric key
 *     attestation</a>
 */
final class TokenAttestor {
    /** Clocks differ, and IoT Edge polls with a token that it made 30 seconds before it registered. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final SharedKeyGroups groups;
    private final InstantSource clock;

    TokenAttestor(EnrollmentGroups groups, InstantSource clock) {
        this.groups = new SharedKeyGroups(groups);
        this.clock = clock;
    }

    /** @throws Refusal UNAUTHORIZED */
    Proof attest(Claim claim, Enrollment.Individual enrollment, SymmetricKeys keys) {
        SasToken token = token(claim, enrollment);
        if (!keys.signed(token)) {
            throw claim.unproved(
                    "its token is made with neither the primary nor the secondary key of the " + enrollment.title(),
                    "give the device one of the enrollment's keys (muster keys enrollment ID prints them)");
        }
        return new Proof.Keys(keys);
    }

    /** @throws Refusal UNAUTHORIZED, or THROTTLED when too many devices are looked for in too many groups */
    Attestor.Attested attest(Claim claim, SasToken token) {
        check(claim, token);
        return groups.find(claim, token)
                .orElseThrow(() -> claim.unproved(
                        "no individual enrollment has its id, and its token is made with a key that is derived from"
                                + " none of the " + groups.count() + " enrollment groups with symmetric keys",
                        "enroll the device, or give it the key that 'muster keys derive' makes of its group's key and"
                                + " of exactly this registration id"));
    }

    /** @throws Refusal UNAUTHORIZED for a device that sent no token, or one that is not good here and now */
    SasToken token(Claim claim, Enrollment.Individual enrollment) {
        SasToken token = claim.peer()
                .token()
                .orElseThrow(() -> claim.unproved(
                        "the " + enrollment.title() + " has "
                                + enrollment.attestation().kind() + " attestation, and the device sent no token",
                        "let the device prove itself by "
                                + enrollment.attestation().kind() + ", or change the enrollment"));
        check(claim, token);
        return token;
    }

    private void check(Claim claim, SasToken token) {
        if (!token.audience().equals(claim.resource())) {
            throw claim.unproved(
                    "its token is for '" + token.audience() + "'", "let it sign for '" + claim.resource() + "'");
        }
        Instant now = clock.instant();
        if (token.expires().plus(CLOCK_SKEW).isBefore(now)) {
            Duration ago = Duration.between(token.expires(), now);
            throw claim.unproved(
                    "its token expired " + ago.toMinutes() + " minutes ago, at " + token.expires(),
                    "check the device's clock, and let it make a new token each time it registers");
        }
    }
}
