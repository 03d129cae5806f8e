package dev.muster.conformance.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.CustomAllocationDefinition;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.WebhookServer;
import dev.muster.conformance.harness.WebhookServer.Reply;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A server that stops while a webhook thinks; devices do not notice but for the time it takes. */
class InterruptedAllocationIT {
    @Test
    void operationThatARestartInterrupts_isCarriedOn() throws Exception {
        Authority authority = TestPki.root("Webhooks");
        Path directory = TestServer.newDirectory();
        Path authorities = directory.resolve("webhooks.pem");
        Files.writeString(authorities, Pem.write(authority.certificate()));
        Device device = TestPki.selfSigned("interrupted");
        CountDownLatch never = new CountDownLatch(1);
        try (WebhookServer webhook = new WebhookServer(authority)) {
            webhook.answer(
                    device.registrationId(),
                    new Reply(200, "", never),
                    new Reply(200, "{\"iotHubHostName\":\"" + TestServer.HOST + "\"}"));
            String operation;
            try (TestServer before = TestServer.start(directory, List.of(), authorities)) {
                enroll(before, device, webhook);
                operation = new HttpProvisioning(before).register(device);
                webhook.awaitCall(device.registrationId());
            }
            try (TestServer after = TestServer.start(directory, List.of(), authorities)) {
                assertThat(new HttpProvisioning(after)
                                .result(device, operation)
                                .at("/registrationState/assignedHub")
                                .asString())
                        .isEqualTo(TestServer.HOST);
                assertThat(webhook.calls(device.registrationId())).hasSize(2);
            }
            never.countDown();
        }
    }

    private static void enroll(TestServer server, Device device, WebhookServer webhook) throws Exception {
        IndividualEnrollment wish = new Enrolling(server).wish(device);
        wish.setAllocationPolicy(AllocationPolicy.CUSTOM);
        CustomAllocationDefinition definition = new CustomAllocationDefinition();
        definition.setWebhookUrl(webhook.url());
        definition.setApiVersion("2019-03-31");
        wish.setCustomAllocationDefinition(definition);
        server.enrollments().createOrUpdateIndividualEnrollment(wish);
    }
}
