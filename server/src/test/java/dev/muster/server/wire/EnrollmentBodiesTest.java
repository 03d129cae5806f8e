package dev.muster.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.AttestationDraft;
import dev.muster.enrollment.AttestationDraft.Entry;
import dev.muster.enrollment.CertificateRules;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.LinkedHubRules;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.server.memory.MemoryAuthorities;
import dev.muster.server.memory.MemoryCaCertificates;
import dev.muster.server.memory.MemoryEnrollmentGroups;
import dev.muster.server.memory.MemoryEnrollments;
import dev.muster.server.memory.MemoryPreviewResources;
import dev.muster.server.memory.MemoryTransactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules for writing enrollments, and how their bodies are read. */
class EnrollmentBodiesTest {
    private static final RegistrationId ID = new RegistrationId("dev1");
    private static final AttestationDraft REFERENCE =
            new AttestationDraft.CertificateAuthorities(new Slots<>("plant", null));

    private final EnrollmentRegistry registry = new EnrollmentRegistry(
            new MemoryEnrollments(),
            new MemoryEnrollmentGroups(new MemoryCaCertificates()),
            new TwoHubs(),
            new CertificateRules(new MemoryAuthorities(), new MemoryPreviewResources()),
            new MemoryTransactions(),
            InstantSource.fixed(Instant.EPOCH),
            new Random(1));

    @Test
    void authorityThatIsNotVerified_isAccepted() {
        Enrollment.Group group = put(Map.of("allocationPolicy", "STATIC"));

        assertThat(group.settings().allocationPolicy()).contains(AllocationPolicy.STATIC);
        assertThat(group.attestation()).isEqualTo(new Attestation.CertificateAuthorities(new Slots<>("plant", null)));
    }

    @Test
    void oldStyleHub_meansStaticAllocation() {
        Enrollment.Settings settings =
                put(Map.of("iotHubHostName", "one.example")).settings();

        assertThat(settings.allocationPolicy()).contains(AllocationPolicy.STATIC);
        assertThat(settings.hubs()).containsExactly("one.example");
    }

    @Test
    void hubs_needAPolicyThatFitsAndMustBeLinked() {
        assertRefused(Map.of("iotHubs", List.of("one.example")), "allocationPolicy must be specified");
        assertRefused(
                Map.of("allocationPolicy", "static", "iotHubs", List.of("one.example", "two.example")), "one hub only");
        assertRefused(Map.of("allocationPolicy", "hashed", "iotHubs", List.of("three.example")), "not linked");
        assertRefused(Map.of("allocationPolicy", "custom"), "custom");
        assertRefused(Map.of("allocationPolicy", "dice"), "allocationPolicy must be one of");
    }

    @Test
    void webhookWithAnotherPolicy_isKept() {
        Map<String, Object> webhook = Map.of("webhookUrl", "https://w", "apiVersion", "2019-03-31");

        assertThat(put(Map.of("customAllocationDefinition", webhook)).settings().customAllocation())
                .isEqualTo(new Enrollment.Webhook("https://w", "2019-03-31"));
    }

    @Test
    void webhook_mustBeWhatCanBeAsked() {
        for (String url : List.of("http://w", "w", "https:///path", "https://user:key@w/", "https://w/ path", "")) {
            assertRefused(custom(url, "2019-03-31"), "webhookUrl");
        }
        for (String version : List.of("2018-08-31", "2018-04-01-preview", "newest", "")) {
            assertRefused(custom("https://w", version), "apiVersion");
        }
        assertThat(put(custom("https://w", "2018-09-01-preview")).settings().customAllocation())
                .isEqualTo(new Enrollment.Webhook("https://w", "2018-09-01-preview"));
    }

    @Test
    void webhooksQuery_isNotShown_andKeptWhenItComesBackAsShown() {
        Enrollment.Group written = put(custom("https://w/choose?code=secret", "2019-03-31"));

        Map<String, Object> shown = EnrollmentBodies.print(written);

        assertThat(shown.get("customAllocationDefinition"))
                .isEqualTo(Map.of("webhookUrl", "https://w/choose?****", "apiVersion", "2019-03-31"));
        assertThat(written.toString()).doesNotContain("secret");
        assertThat(put(custom("https://w/choose?****", "2021-10-01")).settings().customAllocation())
                .isEqualTo(new Enrollment.Webhook("https://w/choose?code=secret", "2021-10-01"));
        assertRefused(custom("https://other/choose?****", "2019-03-31"), "masked");
    }

    private static Map<String, Object> custom(String url, String apiVersion) {
        return Map.of(
                "allocationPolicy",
                "custom",
                "customAllocationDefinition",
                Map.of("webhookUrl", url, "apiVersion", apiVersion));
    }

    @Test
    void attestation_fitsTheKindOfEnrollment() {
        EnrollmentRegistry.IndividualDraft individual = new EnrollmentRegistry.IndividualDraft(
                ID, Optional.empty(), REFERENCE, Enrollment.Settings.defaults(), Map.of(), Map.of());
        assertThatThrownBy(() -> registry.put(individual, new Precondition.Absent()))
                .hasMessageContaining("clientCertificates");
    }

    @Test
    void keptCertificate_mustHaveBeenThere() {
        AttestationDraft nothing = new AttestationDraft.SigningCertificates(new Entry.Kept(), new Entry.Empty());

        assertThatThrownBy(() -> nothing.settle(Optional.empty(), new Random(1)))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void keysThatAreLeftOut_areMadeAndThenKept() {
        Map<String, Object> leftToTheService =
                Map.of("type", "symmetricKey", "symmetricKey", Map.of("primaryKey", "", "secondaryKey", ""));
        SymmetricKeys made = keys(putGroup(leftToTheService));
        assertThat(Base64.getDecoder().decode(made.primary().base64())).hasSize(64);
        assertThat(made.secondary()).isNotEqualTo(made.primary());

        assertThat(keys(putGroup(Map.of("type", "symmetricKey")))).isEqualTo(made);

        String given = Base64.getEncoder().encodeToString(new byte[16]);
        SymmetricKeys changed =
                keys(putGroup(Map.of("type", "SymmetricKey", "symmetricKey", Map.of("secondaryKey", given))));
        assertThat(changed).isEqualTo(new SymmetricKeys(made.primary(), new SymmetricKey(given)));
    }

    @Test
    void keys_areShownToWhoeverWroteThemAndOnDemand() {
        Enrollment.Group group = putGroup(Map.of("type", "symmetricKey"));
        Map<String, Object> shown = AttestationBodies.printWithKeys(group.attestation());

        assertThat(shown).containsOnlyKeys("type", "symmetricKey");
        assertThat(EnrollmentBodies.printWritten(group)).containsEntry("attestation", shown);
        assertThat(EnrollmentBodies.print(group)).containsEntry("attestation", Map.of("type", "symmetricKey"));
    }

    @Test
    void keys_haveSixteenToSixtyFourBytes() {
        for (String wrong : List.of("AAAA", "no base64!", Base64.getEncoder().encodeToString(new byte[65]))) {
            assertThatThrownBy(
                            () -> putGroup(Map.of("type", "symmetricKey", "symmetricKey", Map.of("primaryKey", wrong))))
                    .isInstanceOf(Refusal.class)
                    .hasMessage("A symmetric key is base64 of 16 to 64 bytes.");
        }
    }

    @Test
    void missingEntry_isNotFound() {
        assertThatThrownBy(() -> registry.deleteIndividual(ID, new Precondition.Present()))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.ENROLLMENT_NOT_FOUND));
    }

    private Enrollment.Group put(Map<String, Object> members) {
        return put(members, Map.of("type", "X509", "x509", Map.of("caReferences", Map.of("primary", "plant"))));
    }

    private Enrollment.Group putGroup(Map<String, Object> attestation) {
        return put(Map.of(), attestation);
    }

    private static SymmetricKeys keys(Enrollment enrollment) {
        return ((Attestation.SharedKeys) enrollment.attestation()).keys();
    }

    private Enrollment.Group put(Map<String, Object> members, Map<String, Object> attestation) {
        Map<String, Object> body = new HashMap<>(members);
        body.put("attestation", attestation);
        return registry.put(EnrollmentBodies.parseGroup("g", body), new Precondition.Always());
    }

    private void assertRefused(Map<String, Object> members, String why) {
        assertThatThrownBy(() -> put(members))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.INVALID_ARGUMENT))
                .hasMessageContaining(why);
    }

    private static final class TwoHubs implements LinkedHubRules {
        @Override
        public boolean isLinked(String hostName) {
            return List.of("one.example", "two.example").contains(hostName);
        }

        @Override
        public void checkDeviceId(String deviceId) {}

        @Override
        public void checkInitialTwin(Enrollment.InitialTwin twin) {}
    }
}
