package dev.muster.pki;

import static dev.muster.pki.TestAuthority.NOW;
import static dev.muster.pki.TestAuthority.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProofOfPossessionTest {
    private final TestAuthority authority = TestAuthority.root("CN=Root");
    private final String code = ProofOfPossession.newCode(new SecureRandom());

    @Test
    void code_isOf48UpperCaseHexDigitsAndNew() {
        assertThat(code).matches("[0-9A-F]{48}");
        assertThat(ProofOfPossession.newCode(new SecureRandom())).isNotEqualTo(code);
    }

    @Test
    void certificateForTheCode_provesPossession() {
        assertThatCode(() -> ProofOfPossession.check(authority.certificate(), code, authority.leaf("CN=" + code), NOW))
                .doesNotThrowAnyException();
    }

    @Test
    void otherSigner_isRefusedInAzuresWords() {
        Refusal refusal = refusal(TestAuthority.root("CN=Other").leaf("CN=" + code));

        assertThat(refusal.text())
                .isEqualTo("Proof-Of-Possession failed. Issuer certificate 'CN=Root' cannot be found in the certificate"
                        + " chain.");
        assertThat(refusal.explanation().orElseThrow().rule()).contains("its issuer is CN=Other");
    }

    @Test
    void otherKeyOfTheSameName_isRefused() {
        Refusal refusal = refusal(TestAuthority.root("CN=Root").leaf("CN=" + code));

        assertThat(refusal.explanation().orElseThrow().rule()).contains("did not sign it");
    }

    @Test
    void otherCode_isRefused() {
        Refusal refusal = refusal(authority.leaf("CN=ABC"));

        assertThat(refusal.text()).contains("The common name is not the verification code");
        assertThat(refusal.explanation().orElseThrow().rule()).contains("'ABC'").contains(code);
    }

    @Test
    void expiredProof_isRefused() {
        Refusal refusal = refusal(authority.issue(
                draft("CN=" + code).valid(NOW.minus(Duration.ofDays(3)), NOW.minus(Duration.ofDays(1)))));

        assertThat(refusal.text()).contains("not valid now");
    }

    private Refusal refusal(Certificate verification) {
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> ProofOfPossession.check(authority.certificate(), code, verification, NOW));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
        return refusal;
    }
}
