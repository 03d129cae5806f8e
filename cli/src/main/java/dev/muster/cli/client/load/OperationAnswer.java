package dev.muster.cli.client.load;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the provisioning service says of an operation. */
record OperationAnswer(String operationId, String status) {
    private static final JsonMapper JSON = new JsonMapper();

    static OperationAnswer parse(byte[] body) {
        try {
            JsonNode answer = JSON.readTree(body);
            return new OperationAnswer(
                    answer.path("operationId").asString(), answer.path("status").asString());
        } catch (JacksonException e) {
            throw new LoadException("not JSON: " + new String(body, StandardCharsets.UTF_8), e);
        }
    }

    /** @throws LoadException unless the operation has been assigned */
    void requireAssigned(String registrationId) {
        if (!status.equals("assigned")) {
            throw new LoadException("device " + registrationId + " is '" + status + "', not 'assigned'");
        }
    }
}
