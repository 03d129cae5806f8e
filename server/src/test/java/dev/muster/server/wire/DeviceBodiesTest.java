package dev.muster.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Credential;
import dev.muster.registration.DeviceCertificates;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registration;
import dev.muster.registration.RegistrationState;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.registration.RegistrationState.Unassigned;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What each SDK sends when it registers, and wants to hear. */
class DeviceBodiesTest {
    private static final Thumbprint LEAF = new Thumbprint("00".repeat(32));

    @Test
    void payload_isWhatEverySdkMeans() {
        Map<String, Object> meant = Map.of("plant", 7);

        assertThat(payload("{\"payload\":{\"plant\":7}}")).isEqualTo(meant); // Node, C, C#
        assertThat(payload("{\"payload\":\"{\\\"plant\\\":7}\"}")).isEqualTo(meant); // Java
        assertThat(payload("{\"payload\":\"plant 7\"}")).isEqualTo("plant 7");
        assertThat(payload("{\"payload\":[7]}")).isEqualTo(List.of(7));
    }

    @Test
    void payload_mayBeMissing() {
        for (String body : new String[] {"", "{}", "{\"payload\":null}"}) {
            assertThat(register(body).contents().payload()).isEmpty();
        }
    }

    @Test
    void tpm_needsBothKeys() {
        assertThat(register("{\"tpm\":null}").contents().tpm()).isEmpty();
        assertThatThrownBy(() -> register("{\"tpm\":{\"endorsementKey\":\"AAAA\"}}"))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> register("{\"tpm\":\"AAAA\"}")).isInstanceOf(Refusal.class);
    }

    /** IoT Edge wants the registration in it, C no other word for it (reference 4.2, traps 2 and 6). */
    @Test
    void deviceThatIsBeingAssigned_isToldItsId() {
        Map<String, Object> body = result(new Unassigned().begin(), Optional.empty(), new Credential.Key());

        assertThat(body).containsEntry("operationId", "5.op").containsEntry("status", "assigning");
        assertThat(state(body)).containsEntry("registrationId", "dev1").containsEntry("status", "assigning");
    }

    /** Python waits for ever without one of the three (reference 16.1); the attestation says by which group. */
    @Test
    void assignedDevice_isToldHubDeviceAndSubstatus() {
        Assigned assigned = new Unassigned()
                .begin()
                .assign(new Assignment("hub.example", "Dev1", Optional.empty()), Substatus.INITIAL_ASSIGNMENT);

        assertThat(state(result(assigned, Optional.of("plant"), new Credential.Key())))
                .containsEntry("assignedHub", "hub.example")
                .containsEntry("deviceId", "Dev1")
                .containsEntry("substatus", "initialAssignment")
                .containsEntry("symmetricKey", Map.of("enrollmentGroupId", "plant"))
                .doesNotContainKeys("payload", "x509", "tpm", "errorCode");
        assertThat(state(result(assigned, Optional.of("plant"), new Credential.Leaf(LEAF))))
                .containsEntry("x509", Map.of("enrollmentGroupId", "plant"));
        assertThat(state(result(assigned, Optional.empty(), new Credential.Leaf(LEAF))))
                .containsEntry("x509", Map.of());
        assertThat(state(result(assigned, Optional.empty(), new Credential.Tpm("a2V5"))))
                .containsEntry("tpm", Map.of("authenticationKey", "a2V5"));
    }

    /** Java hangs without the registration, embedded C divides the code by 1000 (reference 4.2, 16.2). */
    @Test
    void failedDevice_isToldCodeAndMessage() {
        Map<String, Object> body =
                result(new Unassigned().begin().fail(400208, "No hub."), Optional.empty(), new Credential.Key());

        assertThat(body).containsEntry("status", "failed");
        assertThat(state(body))
                .containsEntry("status", "failed")
                .containsEntry("errorCode", 400208)
                .containsEntry("errorMessage", "No hub.")
                .containsKey("lastUpdatedDateTimeUtc")
                .doesNotContainKeys("assignedHub", "deviceId", "substatus");
    }

    /** Java and C# fail on one without a registration (reference 4.2, 12.6). */
    @Test
    void disabledDevice_isToldSoWithItsRegistration() {
        Map<String, Object> body = result(new Unassigned().begin().disable(), Optional.empty(), new Credential.Key());

        assertThat(body).containsEntry("status", "disabled");
        assertThat(state(body)).containsEntry("status", "disabled").containsEntry("registrationId", "dev1");
    }

    /** Embedded C has room for three (reference 9.2); the preview 2021 knows one certificate, in PEM (9.1). */
    @Test
    void certificates_areSpelledAsTheVersionHasThem() {
        Certificate certificate = certificate();
        PreviewResource bundle = new PreviewResource(
                PreviewResource.Kind.TRUST_BUNDLE,
                "roots",
                Map.of("certificates", List.of(Pem.write(certificate))),
                Map.of(),
                new Enrollment.Stamp(new Etag("1"), Instant.EPOCH, Instant.EPOCH));
        Registrar.Operation operation = new Registrar.Operation(
                "5.op",
                registration(
                        new Unassigned()
                                .begin()
                                .assign(
                                        new Assignment("hub.example", "dev1", Optional.empty()),
                                        Substatus.INITIAL_ASSIGNMENT),
                        Optional.empty(),
                        new Credential.Key()),
                new DeviceCertificates.Given(Collections.nCopies(4, certificate), Optional.of(bundle)));

        Map<String, Object> now = state(Json.parseObject(DeviceBodies.result(operation, Optional.empty())));
        Map<String, Object> then =
                state(Json.parseObject(DeviceBodies.result(operation, Optional.of("2021-11-01-preview"))));

        assertThat(now)
                .containsEntry(
                        "issuedCertificateChain",
                        Collections.nCopies(3, Base64.getEncoder().encodeToString(certificate.der())))
                .doesNotContainKeys("issuedClientCertificate", "trustBundle");
        assertThat(then)
                .containsEntry("issuedClientCertificate", Pem.write(certificate))
                .doesNotContainKey("issuedCertificateChain");
        assertThat(then.get("trustBundle"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("id", "roots")
                .containsKeys("etag", "createdDateTime", "lastModifiedDateTime", "certificates");
    }

    @Test
    void request_isTakenInEitherSpelling() {
        assertThat(register("{\"csr\":\"MII=\"}").contents().csr()).contains("MII=");
        assertThat(register("{\"clientCertificateCsr\":\"MII=\"}").contents().csr())
                .contains("MII=");
    }

    private static Certificate certificate() {
        KeyPair keys = KeyAlgorithm.EC_P256.generate(new SecureRandom());
        return Issuer.selfSigned("root", keys, InstantSource.fixed(Instant.EPOCH), new SecureRandom())
                .issue(Issuer.Request.of(CertificateProfile.root(), "root", keys.getPublic()));
    }

    private static Map<String, Object> result(RegistrationState state, Optional<String> group, Credential credential) {
        byte[] body = DeviceBodies.result(
                new Registrar.Operation("5.op", registration(state, group, credential)), Optional.empty());
        assertThat(new String(body, StandardCharsets.UTF_8)).doesNotContain("null");
        return Json.parseObject(body);
    }

    private static Registration registration(RegistrationState state, Optional<String> group, Credential credential) {
        return new Registration(
                new RegistrationId("dev1"), state, group, credential, Instant.EPOCH, Instant.EPOCH, new Etag("1"));
    }

    @SuppressWarnings("unchecked") // it is JSON
    private static Map<String, Object> state(Map<String, Object> body) {
        return (Map<String, Object>) Objects.requireNonNull(body.get("registrationState"));
    }

    private static Object payload(String body) {
        return register(body).contents().payload().orElseThrow();
    }

    private static DeviceBodies.Register register(String body) {
        return DeviceBodies.parseRegister(body.getBytes(StandardCharsets.UTF_8));
    }
}
