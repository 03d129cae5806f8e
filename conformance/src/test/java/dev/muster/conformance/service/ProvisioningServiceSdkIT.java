package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.provisioning.service.ProvisioningServiceClient;
import com.microsoft.azure.sdk.iot.provisioning.service.Query;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AttestationMechanismType;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentGroup;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ProvisioningStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QueryResult;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QueryResultType;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QuerySpecification;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.X509Attestation;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.X509CertificateInfo;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientBadUsageException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientNotFoundException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientPreconditionFailedException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientUnathorizedException;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.pki.Pem;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The official Java service SDK, provisioning-service-client 2.0.3, on enrollments by X.509.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment">DPS: individual
 *     enrollment</a>
 */
class ProvisioningServiceSdkIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** PUT without If-Match creates and answers with the details of the certificate, not with the certificate. */
    @Test
    void individual_isCreatedWithTheDetailsOfItsCertificate() throws ProvisioningServiceClientException {
        Device device = TestPki.selfSigned("created-device");

        IndividualEnrollment created = client().createOrUpdateIndividualEnrollment(individual(device));

        assertThat(created.getRegistrationId()).isEqualTo("created-device");
        assertThat(created.getProvisioningStatus()).isEqualTo(ProvisioningStatus.ENABLED);
        assertThat(created.getEtag()).isNotBlank();
        assertThat(created.getCreatedDateTimeUtc()).isNotNull();
        X509CertificateInfo details = ((X509Attestation) created.getAttestation()).getPrimaryX509CertificateInfo();
        assertThat(details.getSha256Thumbprint()).isEqualToIgnoringCase(device.thumbprint());
        assertThat(details.getSubjectName()).isEqualTo("CN=created-device");
        assertThat(details.getNotAfterUtc()).isEqualTo(device.leaf().x509().getNotAfter());
        assertThat(details.getVersion()).isEqualTo(3);
    }

    /** Every member that was set comes back from GET. */
    @Test
    void individual_isReadBackAsItWasWritten() throws ProvisioningServiceClientException {
        Device primary = TestPki.selfSigned("full-device");
        Device secondary = TestPki.selfSigned("full-device");
        IndividualEnrollment wanted = new IndividualEnrollment(
                "full-device",
                X509Attestation.createFromClientCertificates(Pem.write(primary.leaf()), Pem.write(secondary.leaf())));
        wanted.setDeviceId("device-of-another-name");
        wanted.setProvisioningStatus(ProvisioningStatus.DISABLED);
        client().createOrUpdateIndividualEnrollment(wanted);

        IndividualEnrollment read = client().getIndividualEnrollment("full-device");

        assertThat(read.getDeviceId()).isEqualTo("device-of-another-name");
        assertThat(read.getProvisioningStatus()).isEqualTo(ProvisioningStatus.DISABLED);
        X509Attestation attestation = (X509Attestation) read.getAttestation();
        assertThat(attestation.getPrimaryX509CertificateInfo().getSha256Thumbprint())
                .isEqualToIgnoringCase(primary.thumbprint());
        assertThat(attestation.getSecondaryX509CertificateInfo().getSha256Thumbprint())
                .isEqualToIgnoringCase(secondary.thumbprint());
    }

    /** Clients send what they read, certificate left out; it stays (reference 3.9). */
    @Test
    void individual_keepsItsCertificateOverAnUpdateWithoutOne() throws ProvisioningServiceClientException {
        Device device = TestPki.selfSigned("updated-device");
        IndividualEnrollment read = client().createOrUpdateIndividualEnrollment(individual(device));
        String before = read.getEtag();
        read.setProvisioningStatus(ProvisioningStatus.DISABLED);

        IndividualEnrollment updated = client().createOrUpdateIndividualEnrollment(read);

        assertThat(updated.getEtag()).isNotEqualTo(before);
        assertThat(updated.getProvisioningStatus()).isEqualTo(ProvisioningStatus.DISABLED);
        assertThat(((X509Attestation) updated.getAttestation())
                        .getPrimaryX509CertificateInfo()
                        .getSha256Thumbprint())
                .isEqualToIgnoringCase(device.thumbprint());
    }

    /** The SDK sends the etag of what it read as If-Match; a stale one is 412 (reference 2.5). */
    @Test
    void individual_withAStaleEtagIsRefused() throws ProvisioningServiceClientException {
        IndividualEnrollment first =
                client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned("raced-device")));
        IndividualEnrollment second = client().getIndividualEnrollment("raced-device");
        first.setDeviceId("first");
        client().createOrUpdateIndividualEnrollment(first);
        second.setDeviceId("second");

        assertThatExceptionOfType(ProvisioningServiceClientPreconditionFailedException.class)
                .isThrownBy(() -> client().createOrUpdateIndividualEnrollment(second));
        assertThatExceptionOfType(ProvisioningServiceClientPreconditionFailedException.class)
                .isThrownBy(() -> client().deleteIndividualEnrollment("raced-device", second.getEtag()));
        assertThat(client().getIndividualEnrollment("raced-device").getDeviceId())
                .isEqualTo("first");
    }

    /** PUT without If-Match on an id in use is a conflict (reference 2.5). */
    @Test
    void individual_isNotCreatedTwice() throws ProvisioningServiceClientException {
        client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned("taken-device")));

        assertThatExceptionOfType(ProvisioningServiceClientBadUsageException.class)
                .isThrownBy(() ->
                        client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned("taken-device"))))
                .withMessageContaining("409");
    }

    /** Ids are compared without regard to case, and keep their spelling (device reference 11.1). */
    @Test
    void individual_isFoundInAnyCase() throws ProvisioningServiceClientException {
        client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned("Mixed-Case-Device")));

        assertThat(client().getIndividualEnrollment("mixed-case-DEVICE").getRegistrationId())
                .isEqualTo("Mixed-Case-Device");
    }

    /** DELETE of what is not there is 404 (reference 2.5). */
    @Test
    void individual_isGoneOnceDeleted() throws ProvisioningServiceClientException {
        IndividualEnrollment created =
                client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned("deleted-device")));

        client().deleteIndividualEnrollment(created);

        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().getIndividualEnrollment("deleted-device"));
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().deleteIndividualEnrollment("deleted-device"));
    }

    /**
     * The Java SDK needs {@code x-ms-item-type}, and takes any continuation header for another page (reference 2.4).
     */
    @Test
    void individuals_areListedPageByPage() throws ProvisioningServiceClientException {
        List<String> ids =
                IntStream.range(0, 7).mapToObj("listed-device-%d"::formatted).toList();
        for (String id : ids) {
            client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned(id)));
        }

        Query query = client().createIndividualEnrollmentQuery(new QuerySpecification("select * from enrollments"), 3);

        List<String> found = new ArrayList<>();
        while (query.hasNext()) {
            QueryResult page = query.next();
            assertThat(page.getType()).isEqualTo(QueryResultType.ENROLLMENT);
            assertThat(page.getItems()).hasSizeLessThanOrEqualTo(3);
            for (Object item : page.getItems()) {
                found.add(((IndividualEnrollment) item).getRegistrationId());
            }
        }
        assertThat(found).containsAll(ids).doesNotHaveDuplicates();
    }

    /** Bare base64 of the DER, as C# sends it, beside PEM (reference 3.10). */
    @Test
    void individual_takesItsCertificateAsBareBase64() throws Exception {
        Device device = TestPki.selfSigned("bare-device");
        String bare = Base64.getEncoder().encodeToString(device.leaf().der());

        IndividualEnrollment created = client().createOrUpdateIndividualEnrollment(
                        new IndividualEnrollment("bare-device", X509Attestation.createFromClientCertificates(bare)));

        assertThat(((X509Attestation) created.getAttestation())
                        .getPrimaryX509CertificateInfo()
                        .getSha256Thumbprint())
                .isEqualToIgnoringCase(device.thumbprint());
    }

    /** Both slots are described by their details (reference 3.3). */
    @Test
    void group_isCreatedBySigningCertificates() throws ProvisioningServiceClientException {
        Authority primary = TestPki.root("Signing Root 1");
        Authority secondary = TestPki.root("Signing Root 2");

        client().createOrUpdateEnrollmentGroup(new EnrollmentGroup(
                "Signing_Group",
                X509Attestation.createFromRootCertificates(
                        Pem.write(primary.certificate()), Pem.write(secondary.certificate()))));

        EnrollmentGroup read = client().getEnrollmentGroup("Signing_Group");
        X509Attestation attestation = (X509Attestation) read.getAttestation();
        assertThat(attestation.getRootCertificates().getPrimary().getInfo().getSha256Thumbprint())
                .isEqualToIgnoringCase(primary.certificate().thumbprint().hex());
        assertThat(attestation.getRootCertificates().getSecondary().getInfo().getSha256Thumbprint())
                .isEqualToIgnoringCase(secondary.certificate().thumbprint().hex());
        assertThat(client().getEnrollmentGroupAttestationMechanism("Signing_Group")
                        .getType())
                .isEqualTo(AttestationMechanismType.X509);
    }

    /** A group may name an uploaded certificate that is not verified yet (reference 3.11). */
    @Test
    void group_isCreatedByReferences() throws ProvisioningServiceClientException {
        server.controlPlane().add("reference-root", TestPki.root("Reference Root"));

        client().createOrUpdateEnrollmentGroup(new EnrollmentGroup(
                "reference-group", X509Attestation.createFromCAReferences("reference-root")));

        X509Attestation attestation =
                (X509Attestation) client().getEnrollmentGroup("reference-group").getAttestation();
        assertThat(attestation.getCAReferences().getPrimary()).isEqualTo("reference-root");
    }

    /** The SDK deletes an object by its etag, which is unconditional only without (reference 2.5). */
    @Test
    void group_isUpdatedAndDeletedByEtag() throws ProvisioningServiceClientException {
        EnrollmentGroup stale = client().createOrUpdateEnrollmentGroup(group("updated-group"));
        EnrollmentGroup fresh = client().getEnrollmentGroup("updated-group");
        fresh.setProvisioningStatus(ProvisioningStatus.DISABLED);

        EnrollmentGroup updated = client().createOrUpdateEnrollmentGroup(fresh);

        assertThat(updated.getProvisioningStatus()).isEqualTo(ProvisioningStatus.DISABLED);
        assertThatExceptionOfType(ProvisioningServiceClientPreconditionFailedException.class)
                .isThrownBy(() -> client().deleteEnrollmentGroup(stale));
        client().deleteEnrollmentGroup(updated);
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().getEnrollmentGroup("updated-group"));
    }

    /** As for an individual enrollment (reference 2.5). */
    @Test
    void group_isNotCreatedTwice() throws ProvisioningServiceClientException {
        client().createOrUpdateEnrollmentGroup(group("taken-group"));

        assertThatExceptionOfType(ProvisioningServiceClientBadUsageException.class)
                .isThrownBy(() -> client().createOrUpdateEnrollmentGroup(group("taken-group")))
                .withMessageContaining("409");
    }

    /** The item type tells the Java SDK what to parse (reference 2.4). */
    @Test
    void groups_areListed() throws ProvisioningServiceClientException {
        client().createOrUpdateEnrollmentGroup(group("listed-group"));

        Query query = client().createEnrollmentGroupQuery(new QuerySpecification("select * from enrollmentGroups"));

        List<String> found = new ArrayList<>();
        while (query.hasNext()) {
            QueryResult page = query.next();
            assertThat(page.getType()).isEqualTo(QueryResultType.ENROLLMENT_GROUP);
            for (Object item : page.getItems()) {
                found.add(((EnrollmentGroup) item).getEnrollmentGroupId());
            }
        }
        assertThat(found).contains("listed-group");
    }

    /** An enrollment without an attestation is 400 (reference 2.6). */
    @Test
    void individual_withATextForACertificateIsRefused() {
        assertThatExceptionOfType(ProvisioningServiceClientException.class)
                .isThrownBy(() -> client().createOrUpdateIndividualEnrollment(new IndividualEnrollment(
                        "text-device", X509Attestation.createFromClientCertificates("not a certificate"))))
                .withMessageContaining("400");
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().getIndividualEnrollment("text-device"));
    }

    /** An enrollment is no registration: 404 until there is one (reference 2.6). */
    @Test
    void registration_isNotFoundBeforeTheDeviceRegistered() throws ProvisioningServiceClientException {
        client().createOrUpdateIndividualEnrollment(individual(TestPki.selfSigned("silent-device")));

        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().getDeviceRegistrationState("silent-device"));
    }

    /** 401 becomes an exception of its own (reference 2.6). */
    @Test
    void wrongKey_isUnauthorized() {
        String wrongKey = Base64.getEncoder().encodeToString(new byte[32]);
        ProvisioningServiceClient stranger = new ProvisioningServiceClient("HostName=" + TestServer.HOST
                + ";SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=" + wrongKey);

        assertThatExceptionOfType(ProvisioningServiceClientUnathorizedException.class)
                .isThrownBy(() -> stranger.getIndividualEnrollment("any-device"));
    }

    private static ProvisioningServiceClient client() {
        return server.enrollments();
    }

    private static IndividualEnrollment individual(Device device) {
        return new IndividualEnrollment(
                device.registrationId(), X509Attestation.createFromClientCertificates(Pem.write(device.leaf())));
    }

    private static EnrollmentGroup group(String id) {
        return new EnrollmentGroup(
                id,
                X509Attestation.createFromRootCertificates(
                        Pem.write(TestPki.root("Root of " + id).certificate())));
    }
}
