package dev.muster.server.fuzz;

import dev.muster.base.Refusal;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.server.wire.BulkBodies;
import dev.muster.server.wire.DeviceBodies;
import dev.muster.server.wire.DeviceBulkBodies;
import dev.muster.server.wire.EnrollmentBodies;
import dev.muster.server.wire.HubBodies;
import dev.muster.server.wire.Json;
import dev.muster.server.wire.ManagementBodies;
import dev.muster.server.wire.PreviewBodies;
import dev.muster.server.wire.certificate.PortalBodies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The bodies of requests. */
record BodyTarget(Consumer<byte[]> parser, List<byte[]> samples) implements FuzzTarget {
    static BodyTarget ofDevices() {
        return new BodyTarget(
                body -> {
                    var register = DeviceBodies.parseRegister(body);
                    register.contents().payload().ifPresent(Json::print);
                },
                texts(
                        "{\"registrationId\":\"dev1\"}",
                        "{\"payload\":null,\"registrationId\":\"dev1\"}",
                        "{\"registrationId\":\"dev1\",\"payload\":\"{\\\"a\\\":[1,2.5e3,true,null,\\\"\\u00e9\\\"]}\"}",
                        "{\"registrationId\":\"dev1\",\"payload\":{\"a\":{\"b\":[{},[]]}}}",
                        "{\"registrationId\":\"dev1\",\"tpm\":{\"endorsementKey\":\"%1$s\",\"storageRootKey\":\"%1$s\"}}"
                                .formatted(TpmTarget.key64())));
    }

    static BodyTarget ofService() {
        String certificate = CertificateTarget.pem().replace("\n", "\\n");
        return new BodyTarget(
                body -> {
                    Map<String, Object> json = Json.parseObject(body);
                    Stream.<Consumer<Map<String, Object>>>of(
                                    object -> EnrollmentBodies.parseIndividual("dev1", object),
                                    object -> EnrollmentBodies.parseGroup("group1", object),
                                    HubBodies::parseDevice,
                                    DeviceBulkBodies::parse,
                                    ManagementBodies::parseUpload,
                                    ManagementBodies::parseProof,
                                    PortalBodies::parseRegistration,
                                    PortalBodies::parseRequest,
                                    PortalBodies::parseRenewal,
                                    PortalBodies::parseRevocation)
                            .forEach(parser -> orRefused(parser, json));
                    orRefused(
                            bulk -> BulkBodies.parse(bulk, "enrollments", "registrationId")
                                    .items(),
                            json);
                    for (Kind kind : Kind.values()) {
                        orRefused(resource -> PreviewBodies.parse(kind, "id", resource), json);
                    }
                    Json.print(json);
                },
                texts(
                        "{\"mode\":\"create\",\"enrollments\":[{\"registrationId\":\"a\",\"etag\":\"\\\"1\\\"\"}]}",
                        "{\"id\":\"roots\",\"certificates\":[{\"certificate\":\"" + certificate + "\"}]}",
                        "{\"id\":\"dev1\",\"importMode\":\"create\",\"eTag\":\"*\",\"tags\":{\"a\":1},\"properties\":"
                                + "{\"desired\":{\"b\":2},\"reported\":{\"c\":3,\"$version\":4}}}",
                        "{\"registrationId\":\"dev1\",\"deviceId\":\"dev-1\",\"attestation\":{\"type\":\"x509\",\"x509\":"
                                + "{\"clientCertificates\":{\"primary\":{\"certificate\":\"" + certificate
                                + "\"},\"secondary\":null}}},\"capabilities\":{\"iotEdge\":true},\"etag\":\"\\\"1\\\"\","
                                + "\"initialTwin\":{\"tags\":{\"a\":1},\"properties\":{\"desired\":{\"b\":[1]}}},"
                                + "\"provisioningStatus\":\"enabled\",\"reprovisionPolicy\":"
                                + "{\"updateHubAssignment\":true,\"migrateDeviceData\":false},"
                                + "\"allocationPolicy\":\"static\",\"iotHubs\":[\"hub.example\"]}",
                        "{\"registrationId\":\"dev1\",\"attestation\":{\"type\":\"symmetricKey\",\"symmetricKey\":"
                                + "{\"primaryKey\":\"YWJjZGVmZ2hpamtsbW5vcA==\",\"secondaryKey\":\"\"}}}",
                        "{\"registrationId\":\"dev1\",\"attestation\":{\"type\":\"tpm\",\"tpm\":{\"endorsementKey\":\""
                                + TpmTarget.key64() + "\"}}}",
                        "{\"enrollmentGroupId\":\"group1\",\"attestation\":{\"type\":\"x509\",\"x509\":"
                                + "{\"caReferences\":{\"primary\":\"ca1\",\"secondary\":null}}}}",
                        "{\"enrollmentGroupId\":\"group1\",\"attestation\":{\"type\":\"x509\",\"x509\":"
                                + "{\"signingCertificates\":{\"primary\":{\"certificate\":\"" + certificate + "\"}}}}}",
                        "{\"deviceId\":\"dev1\",\"status\":\"enabled\",\"statusReason\":\"why\",\"authentication\":"
                                + "{\"type\":\"selfSigned\",\"x509Thumbprint\":{\"primaryThumbprint\":\""
                                + "AB".repeat(32) + "\",\"secondaryThumbprint\":\"\"}},\"capabilities\":{}}",
                        "{\"deviceId\":\"dev1\",\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"YWJj\"}}}",
                        "{\"CAID\":\"a\",\"SubjectName\":\"O=a, CN=dev1\",\"CSR\":\"YWJj\",\"ValidityInDays\":10}",
                        "{\"Certificate\":\"" + certificate + "\",\"Payload\":{\"CSR\":\"YWJj\",\"ValidityInDays\":7}}",
                        "{\"properties\":{\"certificate\":\"" + certificate + "\",\"isVerified\":false}}",
                        "{\"certificate\":\"" + certificate + "\"}"));
    }

    @Override
    public void take(byte[] input) {
        orRefused(parser, input);
    }

    private static <T> void orRefused(Consumer<T> parser, T input) {
        try {
            parser.accept(input);
        } catch (Refusal refusal) {
            // As it should.
        }
    }

    private static List<byte[]> texts(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
