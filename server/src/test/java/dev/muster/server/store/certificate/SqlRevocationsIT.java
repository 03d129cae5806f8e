package dev.muster.server.store.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.authority.Revocation;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocation.Place;
import dev.muster.authority.RevocationLog.Changes;
import dev.muster.base.Page;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlRevocationsIT {
    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
    private static final Thumbprint ISSUER = new Thumbprint("AA".repeat(32));

    private final TestStore store;
    private final SqlRevocations revocations;

    SqlRevocationsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        revocations = new SqlRevocations(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void revocation_isFoundWithAllItsParts_afterARestartToo() {
        Revocation ofDevice = revocation(1, Optional.of(new Place(ISSUER, new BigInteger("FF00", 16), NOW)));
        Revocation ofAuthority = new Revocation(
                new Thumbprint("02".repeat(32)),
                Optional.empty(),
                "CN=Plant",
                Optional.of(authority()),
                true,
                new Grounds(RevocationReason.CERTIFICATE_HOLD, Optional.of(NOW.minusSeconds(60)), "owner", "lent out"),
                NOW,
                Optional.of(NOW.plusSeconds(1)));
        revocations.put(ofDevice);
        revocations.put(ofAuthority);

        SqlRevocations reopened = new SqlRevocations(store.reopen());

        assertThat(reopened.find(ofDevice.certificate())).contains(ofDevice);
        assertThat(reopened.find(ofAuthority.certificate())).contains(ofAuthority);
        assertThat(reopened.after(0, 10).revocations()).containsExactly(ofDevice, ofAuthority);
        assertThat(reopened.find(ISSUER)).isEmpty();
    }

    @Test
    void follower_seesEveryChangeOnce_andOfACertificateTheLast() {
        Revocation first = revocation(1, Optional.empty());
        Revocation second = revocation(2, Optional.empty());
        revocations.put(first);
        revocations.put(second);
        Changes one = revocations.after(0, 1);
        assertThat(one.revocations()).containsExactly(first);
        Changes rest = revocations.after(one.last(), 10);
        assertThat(rest.revocations()).containsExactly(second);

        revocations.put(first);

        assertThat(revocations.after(rest.last(), 10).revocations()).containsExactly(first);
        assertThat(revocations.after(0, 10).revocations()).containsExactly(second, first);
        long last = revocations.after(0, 10).last();
        assertThat(revocations.after(last, 10)).isEqualTo(new Changes(List.of(), last));
    }

    @Test
    void issuer_hasItsOwn_thatExpireLater() {
        Revocation ours = revocation(1, Optional.of(new Place(ISSUER, BigInteger.ONE, NOW)));
        revocations.put(ours);
        revocations.put(revocation(2, Optional.of(new Place(ISSUER, BigInteger.TWO, NOW.minusSeconds(1)))));
        long latest = revocations.after(0, 10).last();
        revocations.put(revocation(3, Optional.of(new Place(new Thumbprint("BB".repeat(32)), BigInteger.ONE, NOW))));

        assertThat(revocations.of(ISSUER, NOW)).containsExactly(ours);
        assertThat(revocations.find(ISSUER, BigInteger.ONE)).contains(ours);
        assertThat(revocations.find(ISSUER, BigInteger.TEN)).isEmpty();
        assertThat(revocations.latest(ISSUER)).isEqualTo(latest);
        assertThat(revocations.latest(new Thumbprint("CC".repeat(32)))).isZero();
    }

    @Test
    void list_isInPages_theLastChangedFirst() {
        List<Revocation> all = List.of(
                revocation(1, Optional.empty()), revocation(2, Optional.empty()), revocation(3, Optional.empty()));
        all.forEach(revocations::put);

        Page<Revocation> first = revocations.list(Page.Request.first(2));
        Page<Revocation> second = revocations.list(new Page.Request(first.next(), 2));

        assertThat(first.items()).containsExactly(all.get(2), all.get(1));
        assertThat(second.items()).containsExactly(all.get(0));
        assertThat(second.next()).isEmpty();
    }

    private static Revocation revocation(int number, Optional<Place> place) {
        return new Revocation(
                new Thumbprint(String.format("%064X", number)),
                place,
                "CN=device-" + number,
                Optional.empty(),
                false,
                Grounds.of(RevocationReason.KEY_COMPROMISE, "owner"),
                NOW,
                Optional.empty());
    }

    private static Certificate authority() {
        SecureRandom random = new SecureRandom();
        KeyPair keys = KeyAlgorithm.EC_P256.generate(random);
        return Issuer.selfSigned("Plant", keys, InstantSource.fixed(NOW), random)
                .issue(Issuer.Request.of(CertificateProfile.root(), "Plant", keys.getPublic()));
    }
}
