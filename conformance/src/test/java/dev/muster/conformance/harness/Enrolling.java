package dev.muster.conformance.harness;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.Attestation;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentGroup;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ProvisioningStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.X509Attestation;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientException;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.pki.Pem;

/** The owner's side of the device tests, by the official service SDK. Safe for any number of threads. */
public final class Enrolling {
    private final TestServer server;

    public Enrolling(TestServer server) {
        this.server = server;
    }

    /** An enrollment of the device's own certificate, not yet stored. */
    public IndividualEnrollment wish(Device device) {
        return new IndividualEnrollment(
                device.registrationId(), X509Attestation.createFromClientCertificates(Pem.write(device.leaf())));
    }

    public void individual(Device device) throws ProvisioningServiceClientException {
        server.enrollments().createOrUpdateIndividualEnrollment(wish(device));
    }

    public void disabledIndividual(Device device) throws ProvisioningServiceClientException {
        IndividualEnrollment enrollment = wish(device);
        enrollment.setProvisioningStatus(ProvisioningStatus.DISABLED);
        server.enrollments().createOrUpdateIndividualEnrollment(enrollment);
    }

    /** A group of an authority whose key was proved to be held, as the portal's wizard makes it. */
    public void verifiedGroup(String id, Authority authority) throws ProvisioningServiceClientException {
        server.controlPlane().addVerified(id, authority);
        group(id, authority);
    }

    public void group(String id, Authority authority) throws ProvisioningServiceClientException {
        group(id, X509Attestation.createFromRootCertificates(Pem.write(authority.certificate())));
    }

    public void group(String id, Attestation attestation) throws ProvisioningServiceClientException {
        server.enrollments().createOrUpdateEnrollmentGroup(new EnrollmentGroup(id, attestation));
    }

    public void disableGroup(String id) throws ProvisioningServiceClientException {
        EnrollmentGroup group = server.enrollments().getEnrollmentGroup(id);
        group.setProvisioningStatus(ProvisioningStatus.DISABLED);
        server.enrollments().createOrUpdateEnrollmentGroup(group);
    }
}
