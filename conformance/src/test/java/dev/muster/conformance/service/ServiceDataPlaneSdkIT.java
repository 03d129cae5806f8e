package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.provisioning.service.ProvisioningServiceClient;
import com.microsoft.azure.sdk.iot.provisioning.service.Query;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.BulkEnrollmentOperationError;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.BulkEnrollmentOperationResult;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.BulkOperationMode;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.DeviceRegistrationState;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentGroup;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ProvisioningStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QueryResult;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QueryResultType;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QuerySpecification;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QuerySpecificationBuilder;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.QuerySpecificationBuilder.FromType;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientBadFormatException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientNotFoundException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientPreconditionFailedException;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Bulk operations, queries, attestation mechanisms and registrations by the official provisioning-service-client 2.0.3.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service">DPS: service API</a>
 */
class ServiceDataPlaneSdkIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Java fails on an answer without a list of errors (reference 2.7). */
    @Test
    void bulk_doesEachOfItsModes() throws Exception {
        List<String> ids = List.of("bulk-1", "bulk-2");

        BulkEnrollmentOperationResult created = bulk(BulkOperationMode.CREATE, keyed(ids));
        assertThat(created.getSuccessful()).isTrue();
        assertThat(created.getErrors()).isEmpty();

        List<IndividualEnrollment> stored = read(ids);
        stored.forEach(enrollment -> enrollment.setProvisioningStatus(ProvisioningStatus.DISABLED));
        assertThat(bulk(BulkOperationMode.UPDATE, stored).getSuccessful()).isTrue();
        assertThat(read(ids))
                .extracting(IndividualEnrollment::getProvisioningStatus)
                .containsOnly(ProvisioningStatus.DISABLED);

        // The etags of the objects are those of before the update.
        BulkEnrollmentOperationResult stale = bulk(BulkOperationMode.UPDATE_IF_MATCH_ETAG, stored);
        assertThat(stale.getSuccessful()).isFalse();
        assertThat(stale.getErrors())
                .extracting(BulkEnrollmentOperationError::getRegistrationId)
                .containsExactlyElementsOf(ids);
        assertThat(stale.getErrors().getFirst().getErrorCode() / 1000).isEqualTo(412);
        assertThat(bulk(BulkOperationMode.UPDATE_IF_MATCH_ETAG, read(ids)).getSuccessful())
                .isTrue();

        assertThat(bulk(BulkOperationMode.DELETE, stored).getSuccessful()).isTrue();
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().getIndividualEnrollment("bulk-1"));
    }

    @Test
    void bulk_tellsWhichFailed() throws Exception {
        client().createOrUpdateIndividualEnrollment(keyed("bulk-there"));

        BulkEnrollmentOperationResult result = bulk(BulkOperationMode.CREATE, keyed(List.of("bulk-there", "bulk-new")));

        assertThat(result.getSuccessful()).isFalse();
        assertThat(result.getErrors())
                .extracting(BulkEnrollmentOperationError::getRegistrationId)
                .containsExactly("bulk-there");
        assertThat(result.getErrors().getFirst().getErrorStatus()).isNotBlank();
        assertThat(client().getIndividualEnrollment("bulk-new")).isNotNull();
    }

    /** The SDK's own builder, and the backticks of its sample (reference 4). */
    @Test
    void query_selectsByACondition() throws Exception {
        for (String id : List.of("query-1", "query-2", "query-3")) {
            IndividualEnrollment enrollment = keyed(id);
            enrollment.setDeviceId(id.equals("query-2") ? "other" : "wanted");
            client().createOrUpdateIndividualEnrollment(enrollment);
        }
        QuerySpecification query = new QuerySpecificationBuilder("*", FromType.ENROLLMENTS)
                .where("deviceId = `wanted` AND provisioningStatus != 'disabled'")
                .createSqlQuery();

        List<String> found = new ArrayList<>();
        Query pages = client().createIndividualEnrollmentQuery(query, 1);
        while (pages.hasNext()) {
            for (Object item : pages.next().getItems()) {
                found.add(((IndividualEnrollment) item).getRegistrationId());
            }
        }

        assertThat(found).containsExactly("query-1", "query-3");
    }

    @Test
    void query_thatProjects_isOfUnknownType() throws Exception {
        client().createOrUpdateEnrollmentGroup(new EnrollmentGroup("projected", new SymmetricKeyAttestation("", "")));

        QueryResult result = client().createEnrollmentGroupQuery(new QuerySpecification(
                        "SELECT enrollmentGroupId AS id FROM enrollmentGroups WHERE enrollmentGroupId = 'projected'"))
                .next();

        assertThat(result.getType()).isEqualTo(QueryResultType.UNKNOWN);
        assertThat(Arrays.toString(result.getItems())).contains("projected");
    }

    @Test
    void query_thatIsWrong_isABadRequest() {
        Query query = client().createIndividualEnrollmentQuery(
                        new QuerySpecification("select * from enrollments where registrationId ="));

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(query::next)
                .withStackTraceContaining(ProvisioningServiceClientBadFormatException.class.getSimpleName())
                .withStackTraceContaining("expected a value and found the end");
    }

    @Test
    void attestationMechanism_showsKeysThatGetDoesNot() throws Exception {
        String key = Base64.getEncoder().encodeToString(new byte[32]);
        client().createOrUpdateIndividualEnrollment(
                        new IndividualEnrollment("secretive", new SymmetricKeyAttestation(key, key)));
        client().createOrUpdateEnrollmentGroup(
                        new EnrollmentGroup("secretive-group", new SymmetricKeyAttestation(key, key)));

        assertThat(primaryKey(client().getIndividualEnrollmentAttestationMechanism("secretive")
                        .getAttestation()))
                .isEqualTo(key);
        assertThat(primaryKey(client().getEnrollmentGroupAttestationMechanism("secretive-group")
                        .getAttestation()))
                .isEqualTo(key);
        assertThat(primaryKey(client().getIndividualEnrollment("secretive").getAttestation()))
                .isNullOrEmpty();
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().getIndividualEnrollmentAttestationMechanism("nobody"));
    }

    /** One key is rolled while the other goes on working; one that is left out stays (reference 3.9). */
    @Test
    void keys_areRolledOneByOne() throws Exception {
        IndividualEnrollment created = client().createOrUpdateIndividualEnrollment(keyed("rolled"));
        String kept = primaryKey(created.getAttestation());
        String fresh = Base64.getEncoder().encodeToString(new byte[48]);
        created.setAttestation(new SymmetricKeyAttestation("", fresh));

        client().createOrUpdateIndividualEnrollment(created);

        SymmetricKeyAttestation keys = (SymmetricKeyAttestation)
                client().getIndividualEnrollmentAttestationMechanism("rolled").getAttestation();
        assertThat(keys.getPrimaryKey()).isEqualTo(kept);
        assertThat(keys.getSecondaryKey()).isEqualTo(fresh);
    }

    @Test
    void registrations_areReadListedAndDeletedByEtag() throws Exception {
        TestPki.Authority root = TestPki.root("Registrations Root");
        Device device = root.device("registered-device");
        new Enrolling(server).verifiedGroup("registered-group", root);
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            peer.request(
                    "PUT",
                    "/" + server.idScope() + "/registrations/registered-device/register?api-version=2019-03-31",
                    "Content-Type: application/json",
                    "{\"registrationId\":\"registered-device\"}");
        }

        DeviceRegistrationState state = client().getDeviceRegistrationState("registered-device");
        assertThat(state.getAssignedHub()).isEqualTo(TestServer.HOST);
        QueryResult listed = client().createEnrollmentGroupRegistrationStateQuery(
                        new QuerySpecification("select * from deviceRegistrations where status = 'assigned'"),
                        "registered-group")
                .next();
        assertThat(listed.getType()).isEqualTo(QueryResultType.DEVICE_REGISTRATION);
        assertThat(((DeviceRegistrationState) listed.getItems()[0]).getRegistrationId())
                .isEqualTo("registered-device");

        assertThatExceptionOfType(ProvisioningServiceClientPreconditionFailedException.class)
                .isThrownBy(() -> client().deleteDeviceRegistrationState("registered-device", "c3RhbGU="));
        client().deleteDeviceRegistrationState(state);
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> client().deleteDeviceRegistrationState("registered-device"));
    }

    private static BulkEnrollmentOperationResult bulk(BulkOperationMode mode, List<IndividualEnrollment> enrollments)
            throws ProvisioningServiceClientException {
        return client().runBulkEnrollmentOperation(mode, enrollments);
    }

    private static List<IndividualEnrollment> read(List<String> ids) throws ProvisioningServiceClientException {
        List<IndividualEnrollment> read = new ArrayList<>();
        for (String id : ids) {
            read.add(client().getIndividualEnrollment(id));
        }
        return read;
    }

    private static List<IndividualEnrollment> keyed(List<String> ids) {
        return ids.stream().map(ServiceDataPlaneSdkIT::keyed).toList();
    }

    private static IndividualEnrollment keyed(String id) {
        return new IndividualEnrollment(id, new SymmetricKeyAttestation("", ""));
    }

    private static String primaryKey(Object attestation) {
        return ((SymmetricKeyAttestation) attestation).getPrimaryKey();
    }

    private static ProvisioningServiceClient client() {
        return server.enrollments();
    }
}
