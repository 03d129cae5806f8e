package dev.muster.server.store;

import dev.muster.base.Etag;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.hub.DeviceIdentity;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Credential;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Things to store. */
public final class Samples {
    /** As fine as the store keeps moments. */
    public static final Instant NOW = Instant.parse("2026-03-01T12:34:56.1234567Z");

    public static final String HUB = "hub.example";

    private static final AtomicLong SERIAL = new AtomicLong();

    private Samples() {}

    static Enrollment.Individual individual(String id, String etag) {
        return new Enrollment.Individual(
                new RegistrationId(id),
                Optional.of("device-of-" + id),
                new Attestation.ClientCertificates(new Slots<>(Shared.ONE, null)),
                new Enrollment.Settings(
                        true,
                        true,
                        new Enrollment.ReprovisionPolicy(true, false),
                        Optional.of(AllocationPolicy.CUSTOM),
                        List.of("one.example", "two.example"),
                        new Enrollment.Webhook("https://chooser.example/", "2019-03-31"),
                        new Enrollment.InitialTwin(Map.of("plant", 7), Map.of("interval", Map.of("seconds", 1.5)))),
                Map.of("note", "öäü"),
                Map.of(),
                stamp(etag));
    }

    static Enrollment.Group group(String id, String etag, Attestation attestation) {
        return new Enrollment.Group(
                id, attestation, Enrollment.Settings.defaults(), Map.of("credentialPolicyName", "p"), stamp(etag));
    }

    static Attestation signedBy(Certificate authority) {
        return new Attestation.SigningCertificates(new Slots<>(authority, null));
    }

    static CaCertificate caCertificate(String name, String etag, Certificate certificate, boolean verified) {
        return new CaCertificate(name, certificate, Optional.of("A1B2"), verified, stamp(etag));
    }

    static Attestation sharedKeys() {
        return new Attestation.SharedKeys(
                new SymmetricKeys(SymmetricKey.of(new byte[16]), SymmetricKey.of(new byte[64])));
    }

    static Registration registration(String id, RegistrationState state, Optional<String> groupId) {
        return new Registration(
                new RegistrationId(id),
                state,
                groupId,
                new Credential.Leaf(Thumbprint.of(new byte[] {1})),
                NOW,
                NOW.plusSeconds(1),
                new Etag("r1"));
    }

    public static DeviceIdentity device(String deviceId, String etag) {
        return device(deviceId, etag, DeviceIdentity.Authentication.SelfSigned.of(Thumbprint.of(new byte[] {1})));
    }

    public static DeviceIdentity device(String deviceId, String etag, DeviceIdentity.Authentication authentication) {
        return new DeviceIdentity(HUB, deviceId, "1", new Etag(etag), true, "", NOW, authentication, false);
    }

    static Enrollment.Stamp stamp(String etag) {
        return new Enrollment.Stamp(new Etag(etag), NOW, NOW.plusSeconds(60));
    }

    /** A self-signed certificate, different from every other. */
    public static Certificate certificate(String subject) {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
            X500Principal name = new X500Principal(subject);
            return Certificate.parse(new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(SERIAL.incrementAndGet()),
                            Date.from(NOW),
                            Date.from(NOW.plus(Duration.ofDays(365))),
                            name,
                            keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Shared {
        static final Certificate ONE = certificate("CN=Shared");
    }
}
