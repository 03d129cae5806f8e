package dev.muster.pki.revocation;

import static dev.muster.pki.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.pki.Certificate;
import dev.muster.pki.TestAuthority;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules that matter most; {@link PkitsTest} has all of them, where the suite is. */
class CrlJudgeTest {
    private static final Instant REVOKED = NOW.minus(Duration.ofDays(2));

    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority namesake = TestAuthority.root("CN=Root");
    private final Certificate leaf = root.leaf("CN=device-1");
    private final Crl.Entry revoked = new Crl.Entry(
            leaf.x509().getSerialNumber(), REVOKED, Optional.of(RevocationReason.KEY_COMPROMISE), Optional.empty());
    private final Crl.Entry takenBack =
            new Crl.Entry(leaf.x509().getSerialNumber(), REVOKED, Optional.empty(), Optional.empty());

    @Test
    void certificate_isGoodWhereTheListDoesNotNameIt() {
        assertThat(judge(full(root, 1))).isInstanceOf(Verdict.Good.class);
    }

    @Test
    void certificate_isRevokedWhereTheListNamesIt() {
        assertThat(judge(full(root, 1, revoked)))
                .isEqualTo(new Verdict.Revoked(
                        REVOKED, RevocationReason.KEY_COMPROMISE, "the CRL of CN=Root of " + NOW.minusSeconds(60)));
    }

    @Test
    void delta_isNewerThanItsList() {
        assertThat(judge(full(root, 1), delta(root, 2, 1, revoked))).isInstanceOf(Verdict.Revoked.class);
        assertThat(judge(full(root, 1, revoked), delta(root, 2, 1, takenBack))).isInstanceOf(Verdict.Good.class);
    }

    @Test
    void delta_countsOnlyForAListThatItContinues() {
        assertThat(judge(full(root, 2), delta(root, 2, 1, revoked))).isInstanceOf(Verdict.Good.class);
        assertThat(judge(full(root, 1), delta(root, 3, 2, revoked))).isInstanceOf(Verdict.Good.class);
        assertThat(judge(full(root, 1), delta(namesake, 2, 1, revoked))).isInstanceOf(Verdict.Good.class);
        assertUnknown("no CRL that is known here", delta(root, 2, 1));
    }

    @Test
    void list_isBelievedFromItsIssuerAndInTimeOnly() {
        assertUnknown("signed by nobody who may sign it", full(namesake, 1));
        assertUnknown("no CRL that is known here", full(TestAuthority.root("CN=Other"), 1));
        assertUnknown("was good until", list(root, 1, Optional.empty(), NOW, List.of()));
        assertUnknown("no CRL that is known here");
    }

    @Test
    void garbage_isNoList() {
        byte[] der = crl(1, Optional.empty(), NOW.plusSeconds(60), List.of(revoked))
                .sign(root.certificate(), root.keys().getPrivate());

        assertThat(ForeignCrl.parse(new byte[0])).isEmpty();
        assertThat(ForeignCrl.parse(new byte[ForeignCrl.MAX_BYTES + 1])).isEmpty();
        assertThat(ForeignCrl.parse(leaf.der())).isEmpty();
        for (int length = 1; length < der.length; length += 7) {
            assertThat(ForeignCrl.parse(Arrays.copyOf(der, length))).isEmpty();
        }
    }

    private Verdict judge(ForeignCrl... lists) {
        return new CrlJudge(List.of(lists), _ -> List.of(), NOW).judge(leaf, List.of(root.certificate()));
    }

    private void assertUnknown(String why, ForeignCrl... lists) {
        assertThat(judge(lists))
                .isInstanceOfSatisfying(
                        Verdict.Unknown.class,
                        unknown -> assertThat(unknown.why()).contains(why));
    }

    private static ForeignCrl full(TestAuthority issuer, long number, Crl.Entry... entries) {
        return list(issuer, number, Optional.empty(), NOW.plusSeconds(60), List.of(entries));
    }

    private static ForeignCrl delta(TestAuthority issuer, long number, long base, Crl.Entry... entries) {
        return list(issuer, number, Optional.of(BigInteger.valueOf(base)), NOW.plusSeconds(60), List.of(entries));
    }

    private static ForeignCrl list(
            TestAuthority issuer, long number, Optional<BigInteger> base, Instant next, List<Crl.Entry> entries) {
        byte[] der = crl(number, base, next, entries)
                .sign(issuer.certificate(), issuer.keys().getPrivate());
        return ForeignCrl.parse(der).orElseThrow();
    }

    private static Crl crl(long number, Optional<BigInteger> base, Instant next, List<Crl.Entry> entries) {
        return new Crl(BigInteger.valueOf(number), base, NOW.minusSeconds(60), next, Optional.empty(), entries);
    }
}
