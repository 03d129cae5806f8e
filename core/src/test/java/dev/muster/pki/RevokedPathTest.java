package dev.muster.pki;

import static dev.muster.pki.TestAuthority.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Paths through authorities of which some were revoked. */
class RevokedPathTest {
    private final Set<Certificate> revoked = new HashSet<>();
    private final ChainValidator validator = new ChainValidator(new RevocationStatus() {
        @Override
        public Optional<Objection> objection(Certificate certificate, List<Certificate> issuers) {
            return revoked.contains(certificate)
                    ? Optional.of(new Objection("it was revoked", "replace it"))
                    : Optional.empty();
        }

        @Override
        public boolean concernsAuthorities() {
            return true;
        }
    });

    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority old = root.intermediate("CN=Old");
    private final TestAuthority.Draft authority = draft("CN=New").authority();
    private final TestAuthority underRoot = root.intermediate(authority);
    private final TestAuthority underOld = old.intermediate(authority);
    private final Certificate leaf = underRoot.leaf("CN=device-1");
    private final List<Certificate> everything =
            List.of(leaf, underOld.certificate(), underRoot.certificate(), old.certificate(), root.certificate());

    @Test
    void path_leadsAroundAnAuthorityThatWasRevoked() {
        revoked.add(old.certificate());

        Path path = validator.build(everything, _ -> List.of());

        assertThat(path.certificates()).containsExactly(leaf, underRoot.certificate(), root.certificate());
        validator.refuseRevoked(path);
    }

    @Test
    void path_leadsAroundACertificateThatWasRevoked_whileItsAuthorityHasAnother() {
        revoked.add(underRoot.certificate());

        Path path = validator.build(everything, _ -> List.of());

        assertThat(path.certificates())
                .containsExactly(leaf, underOld.certificate(), old.certificate(), root.certificate());
    }

    @Test
    void path_isRefused_whereEveryWayLeadsThroughWhatWasRevoked() {
        revoked.addAll(List.of(underRoot.certificate(), old.certificate()));

        assertThatThrownBy(() -> validator.refuseRevoked(validator.build(everything, _ -> List.of())))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.explanation().orElseThrow().rule())
                                .isEqualTo("it was revoked"));
    }
}
