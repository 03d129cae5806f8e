package dev.muster.cli.client.load;

import dev.muster.cli.client.Document;
import java.nio.charset.StandardCharsets;

/** What the provisioning service says of an operation. */
record OperationAnswer(String operationId, String status) {
    static OperationAnswer parse(byte[] body) {
        return Document.tryParse(body)
                .map(answer -> new OperationAnswer(answer.text("operationId"), answer.text("status")))
                .orElseThrow(() -> new LoadException("not JSON: " + new String(body, StandardCharsets.UTF_8)));
    }

    /** @throws LoadException unless the operation has been assigned */
    void requireAssigned(String registrationId) {
        if (!status.equals("assigned")) {
            throw new LoadException("device " + registrationId + " is '" + status + "', not 'assigned'");
        }
    }
}
