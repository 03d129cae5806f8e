package dev.muster.registration;

import dev.muster.attestation.Attestor;
import dev.muster.attestation.Claim;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what would come of a registration with a certificate chain, by the code that would judge it and without a trace
 * left anywhere. Safe for any number of threads.
 */
public final class Doctor {
    private final String idScope;
    private final Attestor attestor;

    public Doctor(String idScope, Attestor attestor) {
        this.idScope = idScope;
        this.attestor = attestor;
    }

    /**
     * What would happen.
     *
     * @param steps in the order in which they are taken
     * @param enrollment the one that lets the device in; empty where it is refused
     * @param refusal why it would not be let in
     */
    public record Diagnosis(List<String> steps, Optional<Enrollment> enrollment, Optional<Explanation> refusal) {
        public Diagnosis {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Takes every step up to the choice of a hub.
     *
     * @param chain as the device would present it, leaf first; not empty
     * @param registrationId by default the leaf's common name
     */
    public Diagnosis examine(List<Certificate> chain, Optional<String> registrationId) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            steps.add("Certificate " + (i + 1) + " is " + chain.get(i).summary() + ".");
        }
        try {
            String id = registrationId.or(chain.getFirst()::commonName).orElse("");
            Claim claim = new Claim(
                    idScope,
                    new RegistrationId(id),
                    new Peer("doctor", "doctor", chain, Optional.empty()),
                    Optional.empty());
            Enrollment enrollment =
                    attestor.attest(claim, step -> steps.add(step.get())).enrollment();
            return enrollment.settings().enabled()
                    ? new Diagnosis(steps, Optional.of(enrollment), Optional.empty())
                    : new Diagnosis(steps, Optional.empty(), Optional.of(Origin.disabled(enrollment)));
        } catch (Refusal refusal) {
            Explanation why = refusal.explanation()
                    .orElseGet(() -> new Explanation("registration", refusal.text(), "correct it"));
            return new Diagnosis(steps, Optional.empty(), Optional.of(why));
        }
    }
}
