package dev.muster.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class RecentIssuersTest {
    private final RecentIssuers issuers = new RecentIssuers();

    private static byte[] selfSigned() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        return Issuer.selfSigned("Plant Root", keys, Clock.systemUTC(), new SecureRandom())
                .issue(Issuer.Request.of(CertificateProfile.root(), "Plant Root", keys.getPublic()))
                .der();
    }

    @Test
    void issuer_thatWasSentBefore_isNotParsedAgain() throws GeneralSecurityException {
        byte[] der = selfSigned();

        Certificate first = issuers.parse(der);

        assertThat(issuers.parse(der.clone())).isSameAs(first);
    }

    @Test
    void issuer_thatDiffersInOneByte_isParsedByItself() throws GeneralSecurityException {
        byte[] der = selfSigned();
        issuers.parse(der);
        der[der.length - 1] ^= 1;

        assertThat(issuers.parse(der).der()).isEqualTo(der);
    }

    @Test
    void whatIsNoCertificate_isRefusedEachTime() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> issuers.parse(new byte[] {1, 2, 3})).isInstanceOf(Refusal.class);
        }
    }
}
