package dev.muster.pki.revocation;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a certificate holds no longer (RFC 5280 section 5.3.1), but for what is only said in a delta CRL. */
public enum RevocationReason {
    UNSPECIFIED("unspecified", 0),
    KEY_COMPROMISE("keyCompromise", 1),
    CA_COMPROMISE("cACompromise", 2),
    AFFILIATION_CHANGED("affiliationChanged", 3),
    SUPERSEDED("superseded", 4),
    CESSATION_OF_OPERATION("cessationOfOperation", 5),
    /** For the time being: the only one that can be taken back. */
    CERTIFICATE_HOLD("certificateHold", 6),
    PRIVILEGE_WITHDRAWN("privilegeWithdrawn", 9),
    AA_COMPROMISE("aACompromise", 10);

    private final String title;
    private final int code;

    RevocationReason(String title, int code) {
        this.title = title;
        this.code = code;
    }

    /** The number in CRLs and OCSP answers. */
    public int code() {
        return code;
    }

    /** As RFC 5280 spells it. */
    @Override
    public String toString() {
        return title;
    }

    /** By its number. */
    static Optional<RevocationReason> of(int code) {
        return Arrays.stream(values()).filter(reason -> reason.code == code).findFirst();
    }

    /**
     * Reads one, without regard to case.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static RevocationReason parse(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.title.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The reason of the revocation is unknown.",
                        new Explanation(
                                "reason '" + text + "'",
                                "RFC 5280 knows no such reason",
                                "give one of "
                                        + Arrays.stream(values())
                                                .map(RevocationReason::toString)
                                                .collect(Collectors.joining(", ")))));
    }
}
