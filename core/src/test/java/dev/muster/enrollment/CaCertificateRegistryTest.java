package dev.muster.enrollment;

import static dev.muster.pki.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Transactions;
import dev.muster.pki.Certificate;
import dev.muster.pki.TestAuthority;
import dev.muster.pki.Thumbprint;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CaCertificateRegistryTest {
    private static final Precondition ANY = new Precondition.Present();

    private final Stored stored = new Stored();
    private final CaCertificateRegistry registry =
            new CaCertificateRegistry(stored, new AtOnce(), () -> NOW, new SecureRandom());
    private final TestAuthority root = TestAuthority.root("CN=Root");

    @Test
    void sameCertificateAgain_staysVerified_andItsCodeStaysGood() {
        prove(root);
        String code = registry.generateVerificationCode("root", ANY)
                .verificationCode()
                .orElseThrow();

        CaCertificate again = registry.upload("ROOT", root.certificate(), false, ANY);

        assertThat(again.verified()).isTrue();
        assertThat(again.verificationCode()).contains(code);
        assertThat(again.name()).isEqualTo("root");
    }

    @Test
    void renewedCertificate_ofTheSameKeyAndSubject_staysVerified() {
        prove(root);

        CaCertificate renewed = registry.upload("root", renewed(root), false, ANY);

        assertThat(renewed.verified()).isTrue();
        assertThat(renewed.stamp().created()).isEqualTo(NOW);
    }

    @Test
    void otherKey_isUnverified_andAnOldCodeProvesNothing() {
        prove(root);
        String code = registry.generateVerificationCode("root", ANY)
                .verificationCode()
                .orElseThrow();
        TestAuthority other = TestAuthority.root("CN=Root");

        CaCertificate replaced = registry.upload("root", other.certificate(), false, ANY);

        assertThat(replaced.verified()).isFalse();
        assertThat(replaced.verificationCode()).isEmpty();
        assertThat(refusal(() -> registry.verify("root", other.leaf("CN=" + code), ANY))
                        .text())
                .contains("No verification code");
    }

    @Test
    void otherSubject_isUnverified() {
        prove(root);

        CaCertificate replaced =
                registry.upload("root", TestAuthority.root("CN=Other Root").certificate(), false, ANY);

        assertThat(replaced.verified()).isFalse();
    }

    @Test
    void newCode_makesTheOldOneVoid() {
        registry.upload("root", root.certificate(), false, new Precondition.Absent());
        CaCertificate first = registry.generateVerificationCode("root", ANY);
        CaCertificate second = registry.generateVerificationCode("root", ANY);
        String old = first.verificationCode().orElseThrow();

        assertThat(second.stamp().etag()).isNotEqualTo(first.stamp().etag());
        assertThat(refusal(() -> registry.verify("root", root.leaf("CN=" + old), ANY))
                        .text())
                .contains("not the verification code");
    }

    @Test
    void name_isHeldToAzuresRules() {
        for (String name : List.of("", "a b", "x".repeat(65), "a/b")) {
            assertThat(refusal(() -> registry.upload(name, root.certificate(), true, new Precondition.Absent()))
                            .reason())
                    .isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
        }
    }

    private void prove(TestAuthority authority) {
        registry.upload("root", authority.certificate(), false, new Precondition.Absent());
        CaCertificate coded = registry.generateVerificationCode("root", ANY);
        Certificate proof = authority.leaf("CN=" + coded.verificationCode().orElseThrow());
        assertThat(registry.verify(
                                "root",
                                proof,
                                new Precondition.Matches(coded.stamp().etag()))
                        .verified())
                .isTrue();
    }

    private static Certificate renewed(TestAuthority authority) {
        return TestAuthority.root(TestAuthority.draft("CN=Root")
                        .keys(authority.keys())
                        .valid(NOW, NOW.plus(Duration.ofDays(30)))
                        .authority())
                .certificate();
    }

    private static Refusal refusal(Supplier<?> work) {
        Refusal refusal = catchThrowableOfType(Refusal.class, work::get);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    /** CA certificates in memory. */
    private static final class Stored implements CaCertificates {
        private final Map<String, CaCertificate> byName = new HashMap<>();

        @Override
        public Optional<CaCertificate> find(String name) {
            return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public List<CaCertificate> list() {
            return List.copyOf(byName.values());
        }

        @Override
        public void put(CaCertificate certificate, Precondition precondition) {
            precondition.check(
                    "Certificate",
                    find(certificate.name()).map(known -> known.stamp().etag()));
            byName.put(certificate.name().toLowerCase(Locale.ROOT), certificate);
        }

        @Override
        public void delete(String name, Precondition precondition) {
            precondition.check(
                    "Certificate", find(name).map(known -> known.stamp().etag()));
            byName.remove(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public boolean isVerified(Thumbprint thumbprint) {
            return list().stream()
                    .anyMatch(known ->
                            known.verified() && known.certificate().thumbprint().equals(thumbprint));
        }
    }

    private static final class AtOnce implements Transactions {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }
    }
}
