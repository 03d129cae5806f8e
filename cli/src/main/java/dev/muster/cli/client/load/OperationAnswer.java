package dev.muster.cli.client.load;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.ProvisioningClient.Assignment;
import java.nio.charset.StandardCharsets;

/** What the provisioning service says of an operation. */
record OperationAnswer(String operationId, String status, Assignment assignment) {
    static OperationAnswer parse(byte[] body) {
        return Document.tryParse(body)
                .map(answer -> new OperationAnswer(
                        answer.text("operationId"),
                        answer.text("status"),
                        new Assignment(
                                answer.text("registrationState", "assignedHub"),
                                answer.text("registrationState", "deviceId"))))
                .orElseThrow(() -> new LoadException("not JSON: " + new String(body, StandardCharsets.UTF_8)));
    }

    /** @throws LoadException unless the operation has been assigned */
    Assignment requireAssigned(String registrationId) {
        if (!status.equals("assigned")) {
            throw new LoadException("device " + registrationId + " is '" + status + "', not 'assigned'");
        }
        return assignment;
    }
}
