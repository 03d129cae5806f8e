package dev.muster.pki.revocation;

import static dev.muster.pki.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.TestAuthority;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OcspJudgeTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant LATER = NOW.plus(Duration.ofHours(1));

    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority other = TestAuthority.root("CN=Root");
    private final Certificate leaf = root.leaf("CN=device-1");
    private final OcspJudge judge = new OcspJudge(leaf, root.certificate());

    @Test
    void good_isBelievedUntilTheResponderHasNews() {
        OcspJudge.Answer answer = judge.judge(answer(root, judge, new OcspStatus.Good()), NOW);

        assertThat(answer.verdict()).isInstanceOf(Verdict.Good.class);
        assertThat(answer.until()).isEqualTo(LATER);
    }

    @Test
    void revoked_comesWithTimeAndReason() {
        Instant time = NOW.minus(Duration.ofDays(1));

        assertThat(judged(answer(root, judge, new OcspStatus.Revoked(time, RevocationReason.SUPERSEDED))))
                .isEqualTo(new Verdict.Revoked(time, RevocationReason.SUPERSEDED, "OCSP answer of " + NOW));
    }

    @Test
    void unknown_isNotGood() {
        assertUnknown(answer(root, judge, new OcspStatus.Unknown()), "does not know the certificate");
    }

    @Test
    void answer_isOfItsTimeOnly() {
        byte[] answer = answer(root, judge, new OcspStatus.Good());

        for (Instant now : List.of(LATER, NOW.minus(Duration.ofMinutes(6)))) {
            assertThat(judge.judge(answer, now).verdict())
                    .isInstanceOfSatisfying(
                            Verdict.Unknown.class,
                            unknown -> assertThat(unknown.why()).contains("is good from " + NOW + " to " + LATER));
        }
    }

    @Test
    void answerOfAnotherCertificate_isNone() {
        OcspJudge elsewhere = new OcspJudge(root.leaf("CN=device-2"), root.certificate());

        assertUnknown(answer(root, elsewhere, new OcspStatus.Good()), "of another certificate");
    }

    @Test
    void answerByANamesake_isNotBelieved() {
        assertUnknown(answer(other, judge, new OcspStatus.Good()), "signed neither by CN=Root nor by");
    }

    @Test
    void errorsAndGarbage_areNoAnswer() {
        byte[] good = answer(root, judge, new OcspStatus.Good());

        assertUnknown(OcspError.TRY_LATER.der(), "the error 3");
        assertUnknown(new byte[0], "no OCSP answer");
        assertUnknown(leaf.der(), "no OCSP answer");
        for (int length = 1; length < good.length; length += 7) {
            assertThat(judged(Arrays.copyOf(good, length))).isInstanceOf(Verdict.Unknown.class);
        }
        for (int at = 0; at < good.length; at += 3) {
            byte[] bent = good.clone();
            bent[at] ^= 0x15;
            assertThat(judged(bent)).isNotNull();
        }
    }

    private Verdict judged(byte[] answer) {
        return judge.judge(answer, NOW).verdict();
    }

    private void assertUnknown(byte[] answer, String why) {
        assertThat(judged(answer))
                .isInstanceOfSatisfying(
                        Verdict.Unknown.class,
                        unknown -> assertThat(unknown.why()).contains(why));
    }

    private static byte[] answer(TestAuthority authority, OcspJudge question, OcspStatus status) {
        Issuer issuer = Issuer.of(authority.certificate(), authority.keys().getPrivate(), () -> NOW, RANDOM);
        return OcspSigner.of(authority.certificate(), issuer, RANDOM)
                .sign(OcspRequest.parse(question.request()).orElseThrow(), List.of(status), NOW, LATER);
    }
}
