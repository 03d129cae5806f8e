package dev.muster.conformance.service;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What each service client puts into the bodies of its requests to a hub (reference 5.1 to 5.3). Stateless. */
final class HubRequests {
    private HubRequests() {}

    /** A device as each writes it; all but Java leave the keys to the hub. */
    static String device(ServiceClient client, String id, String status) {
        return switch (client) {
            case NODE ->
                "{\"deviceId\":\"%s\",\"status\":\"%s\",\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"\",\"secondaryKey\":\"\"}}}"
                        .formatted(id, status);
            case CSHARP -> """
                {"deviceId":"%s","generationId":null,"etag":null,"connectionState":"Disconnected","status":"%s",\
                "statusReason":null,"connectionStateUpdatedTime":"0001-01-01T00:00:00",\
                "statusUpdatedTime":"0001-01-01T00:00:00","lastActivityTime":"0001-01-01T00:00:00",\
                "cloudToDeviceMessageCount":0,"authentication":{"symmetricKey":{"primaryKey":null,"secondaryKey":null},\
                "x509Thumbprint":{"primaryThumbprint":null,"secondaryThumbprint":null},"type":"sas"},\
                "parentScopes":[]}""".formatted(id, status);
            case C -> """
                {"deviceId":"%s","status":"%s","authentication":{"type":"sas","symmetricKey":{"primaryKey":"",\
                "secondaryKey":""}},"capabilities":{"iotEdge":false}}""".formatted(id, status);
            case CLI, PYTHON -> """
                {"deviceId": "%s", "status": "%s", "authentication": {"symmetricKey": {}, "type": "sas"}, \
                "capabilities": {"iotEdge": false}}""".formatted(id, status);
            case JAVA -> """
                {"deviceId":"%s","generationId":"","status":"%s","statusReason":"",\
                "statusUpdatedTime":"0001-12-30T00:00:00","connectionState":"Disconnected",\
                "connectionStateUpdatedTime":"0001-12-30T00:00:00","lastActivityTime":"0001-12-30T00:00:00",\
                "cloudToDeviceMessageCount":0,"authentication":{"symmetricKey":{\
                "primaryKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",\
                "secondaryKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"type":"sas"},\
                "capabilities":{"iotEdge":false}}""".formatted(id, capital(status));
        };
    }

    /** A device in a list of several. */
    static String item(ServiceClient client, String id, String mode, String status) {
        return switch (client) {
            case NODE ->
                "[{\"status\":\"%s\",\"id\":\"%s\",\"importMode\":\"%s\",\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"\",\"secondaryKey\":\"\"}}}]"
                        .formatted(status, id, mode);
            case CSHARP ->
                "[{\"id\":\"%s\",\"importMode\":\"%s\",\"status\":\"%s\",\"authentication\":{\"symmetricKey\":null,\"x509Thumbprint\":null,\"type\":\"sas\"},\"deviceScope\":null}]"
                        .formatted(id, mode, status);
            case JAVA -> """
                [{"id":"%s","eTag":null,"importMode":"%s","status":"%s","statusReason":"","authentication":\
                {"symmetricKey":{"primaryKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",\
                "secondaryKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"type":"sas"},"tags":null}]""".formatted(id, mode, status);
            case C, CLI, PYTHON ->
                "[{\"id\": \"%s\", \"importMode\": \"%s\", \"status\": \"%s\", \"authentication\": {\"type\": \"sas\"}}]"
                        .formatted(id, mode, status);
        };
    }

    static String twin(ServiceClient client, String id, JsonNode before, String tag, String desired) {
        String change = "\"tags\":{%s},\"properties\":{\"desired\":{%s}}".formatted(tag, desired);
        String etag = before.get("etag").asString();
        return switch (client) {
            case NODE, PYTHON, C -> "{" + change + "}";
            case CSHARP -> """
                {"deviceId":"%s","etag":"%s","version":null,"tags":{%s},"properties":{"desired":{%s,"$metadata":\
                {"$lastUpdated":"2026-01-01T00:00:00Z"},"$version":1},"reported":{"$version":1}}}""".formatted(id, etag, tag, desired);
            case CLI -> """
                {"deviceId": "%s", "etag": "%s", "deviceEtag": "x", "status": "enabled", \
                "statusUpdateTime": "0001-01-01T00:00:00Z", "connectionState": "Disconnected", "authenticationType": \
                "sas", "x509Thumbprint": {"primaryThumbprint": null}, "modelId": "", "version": 2, "capabilities": \
                {"iotEdge": false}, %s}""".formatted(id, etag, change);
            case JAVA -> """
                {"deviceId":"%s","moduleId":null,"etag":null,"version":null,"status":null,"connectionState":null,\
                "configurations":null,"capabilities":null,"parentScopes":null,%s}""".formatted(id, change);
        };
    }

    /** Node's modes for several devices begin with a capital, but for the one that adds them (reference 5.2). */
    static String capital(ServiceClient client, String mode) {
        return client == ServiceClient.NODE ? capital(mode) : mode;
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
