package dev.muster.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.attestation.Attestor.Attested;
import dev.muster.authority.AuthoritiesInMemory;
import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Peer;
import dev.muster.pki.TestAuthority;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each SDK's way to write its token, and what is wrong with those that are refused. */
class TokenAttestorTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final String SCOPE = "0ne00ABCDEF";
    private static final RegistrationId DEVICE = new RegistrationId("Sensor-1");
    private static final SymmetricKeys KEYS = keys(1);
    private static final SymmetricKey STRANGE = keys(9).primary();

    private final FakeEnrollments enrollments = new FakeEnrollments();
    private final FakeGroups groups = new FakeGroups();
    private final Attestor attestor = new Attestor(
            enrollments,
            groups,
            new Attestor.Certificates(
                    new FakeAuthorities(),
                    _ -> List.of(),
                    new OperationalCertificates(new AuthoritiesInMemory(), Duration.ZERO, InstantSource.fixed(NOW))),
            new ChainValidator(),
            new TpmChallenges(new byte[32], InstantSource.fixed(NOW), new Random(1)),
            InstantSource.fixed(NOW));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sr=0ne00ABCDEF/registrations/Sensor-1&sig=SIG&se=SE&skn=", // Java
                "sr=0ne00ABCDEF/registrations/Sensor-1&sig=SIG&skn=registration&se=SE", // Node
                "sr=0ne00ABCDEF%2Fregistrations%2FSensor-1&sig=SIG&se=SE&skn=registration", // C#
                "sr=0ne00ABCDEF%2Fregistrations%2FSensor-1&sig=SIG&se=SE", // Python
                "sr=0ne00ABCDEF%2fregistrations%2fSensor-1&sig=SIG&se=SE&skn=registration", // C
                "sr=0ne00abcdef%2fregistrations%2fsensor-1&sig=SIG&se=SE&skn=registration" // IoT Edge
            })
    void token_isKnownInEverySdksSpelling(String fields) {
        individual(new Attestation.SharedKeys(KEYS), true);

        assertThat(attest(token(fields, KEYS.primary(), NOW.plusSeconds(30))).proof())
                .isEqualTo(new Proof.Keys(KEYS));
    }

    @Test
    void secondaryKey_isAsGoodAsThePrimary() {
        individual(new Attestation.SharedKeys(KEYS), true);

        assertThat(attest(token(KEYS.secondary(), NOW.plusSeconds(30))).proof()).isEqualTo(new Proof.Keys(KEYS));
    }

    @Test
    void disabledIndividual_isNotFallenThrough() {
        individual(new Attestation.SharedKeys(KEYS), false);
        group("plant", KEYS, true);

        assertThat(attest(token(KEYS.primary(), NOW.plusSeconds(30)))
                        .enrollment()
                        .settings()
                        .enabled())
                .isFalse();
    }

    @Test
    void otherKey_isRefused() {
        individual(new Attestation.SharedKeys(KEYS), true);

        assertThat(refusal(token(STRANGE, NOW.plusSeconds(30))))
                .isEqualTo("its token is made with neither the primary nor the secondary key of the individual"
                        + " enrollment 'Sensor-1'");
    }

    @Test
    void expiredToken_isTakenForFiveMinutes() {
        individual(new Attestation.SharedKeys(KEYS), true);

        assertThat(attest(token(KEYS.primary(), NOW.minus(Duration.ofMinutes(5))))
                        .enrollment())
                .isNotNull();
        assertThat(refusal(token(KEYS.primary(), NOW.minus(Duration.ofMinutes(42)))))
                .isEqualTo("its token expired 42 minutes ago, at 2026-06-01T11:18:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0ne00ABCDEF/registrations/sensor-2",
                "0ne00ABCDE0/registrations/Sensor-1",
                "0ne00ABCDEF/registrations/Sensor-1/more",
                "hub.example/devices/Sensor-1",
                "0ne00ABCDEF"
            })
    void tokenForAnotherResource_isRefused(String resource) {
        individual(new Attestation.SharedKeys(KEYS), true);

        assertThat(refusal(token("sr=" + resource + "&sig=SIG&se=SE", KEYS.primary(), NOW.plusSeconds(30))))
                .startsWith("its token is for '");
    }

    @Test
    void missingToken_isRefusedByTheKindOfTheEnrollment() {
        individual(new Attestation.SharedKeys(KEYS), true);

        assertThat(refusal(Optional.empty()))
                .isEqualTo("the individual enrollment 'Sensor-1' has symmetric key attestation, and the device sent no"
                        + " token");
    }

    @Test
    void tokenForACertificatesEnrollment_isRefusedByTheKindOfTheEnrollment() {
        individual(
                new Attestation.ClientCertificates(
                        new Slots<>(TestAuthority.root("CN=Sensor-1").certificate(), null)),
                true);

        assertThat(refusal(token(KEYS.primary(), NOW.plusSeconds(30))))
                .isEqualTo("the individual enrollment 'Sensor-1' has X.509 attestation, and the device presented no"
                        + " client certificate");
    }

    @Test
    void groupsDevice_signsWithAKeyDerivedFromItsIdAsItSpellsIt() {
        group("other", keys(5), true);
        group("plant", KEYS, true);

        Attested attested = attest(token(KEYS.secondary().derive("Sensor-1"), NOW.plusSeconds(30)));

        assertThat(attested.enrollment().title()).isEqualTo("enrollment group 'plant'");
        assertThat(attested.proof()).isEqualTo(new Proof.Keys(KEYS.derive("Sensor-1")));
    }

    @Test
    void groupsDevice_maySignWithAKeyDerivedFromItsIdInLowerCase() {
        group("plant", KEYS, true);

        assertThat(attest(token(KEYS.primary().derive("sensor-1"), NOW.plusSeconds(30)))
                        .proof())
                .isEqualTo(new Proof.Keys(KEYS.derive("sensor-1")));
    }

    @Test
    void groupsOwnKey_isNoDevicesKey() {
        group("plant", KEYS, true);

        assertThat(refusal(token(KEYS.primary(), NOW.plusSeconds(30))))
                .isEqualTo("no individual enrollment has its id, and its token is made with a key that is derived from"
                        + " none of the 1 enrollment groups with symmetric keys");
    }

    @Test
    void expiredToken_isRefusedInAGroup() {
        group("plant", KEYS, true);

        assertThat(refusal(token(KEYS.primary().derive("Sensor-1"), NOW.minus(Duration.ofMinutes(6)))))
                .startsWith("its token expired 6 minutes ago");
    }

    @Test
    void ofManyGroups_theDevicesLastIsTriedFirst_andThenWhereOthersCameLately() {
        for (int number = 0; number < 50; number++) {
            group("line-" + number, keys(number), true);
        }
        group("Twin-1", keys(60), true);
        group("Twin-2", keys(60), true);
        Optional<SasToken> token = token(keys(60).derive("Sensor-1").secondary(), NOW.plusSeconds(30));

        assertThat(attest(token).enrollment().title()).isEqualTo("enrollment group 'Twin-1'");
        groups.lastOf.put("sensor-1", "twin-2");
        assertThat(attest(token).enrollment().title()).isEqualTo("enrollment group 'Twin-2'");
        groups.lastOf.clear();
        assertThat(attest(token).enrollment().title()).isEqualTo("enrollment group 'Twin-2'");
    }

    @Test
    void ofManyGroups_everyOneIsTried_whateverTheHint() {
        for (int number = 0; number < 50; number++) {
            group("line-" + number, keys(number), number != 20);
        }
        groups.lastOf.put("sensor-1", "gone");

        assertThat(attest(token(keys(20).derive("sensor-1").primary(), NOW.plusSeconds(30)))
                        .enrollment()
                        .settings()
                        .enabled())
                .isFalse();
        assertThat(refusal(token(keys(99).derive("sensor-1").primary(), NOW.plusSeconds(30))))
                .endsWith("derived from none of the 50 enrollment groups with symmetric keys");
    }

    @Test
    void derivedKey_isThatOfAzuresDocuments() {
        SymmetricKey group = new SymmetricKey(
                "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==");

        assertThat(group.derive("sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6").base64())
                .isEqualTo("Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");
    }

    private Attested attest(Optional<SasToken> token) {
        return attestor.attest(
                new Claim(SCOPE, DEVICE, new Peer("192.0.2.1", "HTTPS", List.of(), token), Optional.empty()));
    }

    private String refusal(Optional<SasToken> token) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> attest(token));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAUTHORIZED);
        return refusal.explanation().orElseThrow().rule();
    }

    private static Optional<SasToken> token(SymmetricKey key, Instant expiry) {
        return token("sr=0ne00ABCDEF%2Fregistrations%2FSensor-1&sig=SIG&se=SE", key, expiry);
    }

    /** @param fields with {@code SIG} and {@code SE} where the signature and the expiry belong */
    private static Optional<SasToken> token(String fields, SymmetricKey key, Instant expiry) {
        String resource = fields.substring("sr=".length(), fields.indexOf('&'));
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(key.base64()),
                (resource + "\n" + expiry.getEpochSecond()).getBytes(StandardCharsets.UTF_8));
        return Optional.of(SasToken.parse("SharedAccessSignature "
                + fields.replace("SE", Long.toString(expiry.getEpochSecond()))
                        .replace(
                                "SIG",
                                URLEncoder.encode(
                                        Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8))));
    }

    private static SymmetricKeys keys(int seed) {
        byte[] primary = new byte[32];
        primary[0] = (byte) seed;
        byte[] secondary = new byte[64];
        secondary[0] = (byte) seed;
        return new SymmetricKeys(SymmetricKey.of(primary), SymmetricKey.of(secondary));
    }

    private void individual(Attestation attestation, boolean enabled) {
        enrollments.byId.put(
                DEVICE,
                new Enrollment.Individual(
                        DEVICE, Optional.empty(), attestation, settings(enabled), Map.of(), Map.of(), stamp()));
    }

    private void group(String id, SymmetricKeys keys, boolean enabled) {
        groups.withSharedKeys.add(
                new Enrollment.Group(id, new Attestation.SharedKeys(keys), settings(enabled), Map.of(), stamp()));
    }

    private static Enrollment.Stamp stamp() {
        return new Enrollment.Stamp(new Etag("1"), NOW, NOW);
    }

    private static Enrollment.Settings settings(boolean enabled) {
        return new Enrollment.Settings(
                enabled, false, new Enrollment.ReprovisionPolicy(true, true), Optional.empty(), List.of(), null, null);
    }
}
