package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands by which an owner runs a server, against a real one. */
final class OwnerCommandsIT {
    @TempDir
    private static Path directory;

    private static Server server;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        server = Server.start(
                Config.defaults(directory.resolve("data")).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void certificates_addedVerifiedListedAndDeleted() {
        run("cert", "root", "Plant", "--directory", directory.toString());
        String certificate = directory.resolve("Plant.cert.pem").toString();
        String key = directory.resolve("Plant.key.pem").toString();

        assertThat(owner("certificates", "add", certificate, "--name", "plant")).contains("It is not verified yet");
        assertThat(owner("certificates", "verify", "plant", "--key", key)).contains("is verified");
        assertThat(owner("certificates", "list")).contains("plant").contains("CN=Plant");
        assertThat(owner("certificates", "delete", "plant")).contains("Deleted CA certificate 'plant'.");
        assertThat(owner("certificates", "list")).contains("There are no CA certificates.");
        assertThat(execute(withData("certificates", "delete", "plant"))).isEqualTo(1);
        assertThat(err.toString()).contains("Certificate not found.");
    }

    @Test
    void groups_createdListedAndDeleted_withKeysThatAreShownOnDemandAlone() {
        assertThat(owner("groups", "create", "line-1", "--symmetric-key"))
                .contains("Created enrollment group 'line-1'.");

        String listed = owner("groups", "list", "--json");
        List<String> keys = owner("keys", "group", "line-1").lines().toList();

        assertThat(keys).hasSize(2);
        assertThat(listed).contains("\"enrollmentGroupId\":\"line-1\"").doesNotContain(keys);
        assertThat(owner("groups", "delete", "line-1")).contains("Deleted enrollment group 'line-1'.");
        assertThat(owner("groups", "list")).contains("There are no enrollment groups.");
    }

    @Test
    void enrollments_createdListedAndDeleted() {
        assertThat(owner("enrollments", "create", "pump-1", "--symmetric-key")).contains("Created");
        assertThat(owner("enrollments", "list")).contains("pump-1").contains("symmetricKey");
        assertThat(owner("keys", "enrollment", "pump-1").lines()).hasSize(2);
        assertThat(owner("enrollments", "delete", "pump-1")).contains("Deleted individual enrollment 'pump-1'.");
        assertThat(owner("enrollments", "list")).contains("There are no individual enrollments.");
    }

    @Test
    void enrollments_shownAndUpdated() {
        owner("enrollments", "create", "pump-2", "--symmetric-key");
        owner("groups", "create", "line-2", "--symmetric-key");

        assertThat(owner("enrollments", "show", "pump-2"))
                .contains("attestation.type")
                .contains("provisioningStatus")
                .contains("enabled");
        assertThat(owner("enrollments", "update", "pump-2", "--disable")).contains("Updated");
        assertThat(owner("groups", "update", "line-2", "--allocation-policy", "static", "--iot-hub", "127.0.0.1"))
                .contains("Updated enrollment group 'line-2'.");

        assertThat(owner("enrollments", "show", "pump-2", "--json")).contains("\"provisioningStatus\":\"disabled\"");
        assertThat(owner("groups", "show", "line-2", "--json")).contains("\"iotHubs\":[\"127.0.0.1\"]");
        owner("enrollments", "delete", "pump-2");
        owner("groups", "delete", "line-2");
    }

    @Test
    void devices_liveTheirLives() {
        run("cert", "root", "Gauge", "--directory", directory.toString());
        String certificate = directory.resolve("Gauge.cert.pem").toString();

        owner("devices", "create", "gauge-1");
        owner("devices", "create", "gauge-2", "--certificate", certificate, "--hub", "127.0.0.1");

        List<String> keys = owner("devices", "keys", "gauge-1").lines().toList();
        assertThat(keys).hasSize(2);
        assertThat(owner("devices", "list"))
                .contains("gauge-1")
                .contains("selfSigned")
                .doesNotContain(keys);
        assertThat(owner("devices", "disable", "gauge-1", "--reason", "broken")).contains("is disabled");
        assertThat(owner("devices", "show", "gauge-1"))
                .contains("statusReason")
                .contains("broken")
                .doesNotContain(keys);
        assertThat(owner("devices", "enable", "gauge-1")).contains("is enabled");
        assertThat(owner("devices", "show", "gauge-1", "--json")).contains("\"status\":\"enabled\"");
        assertThat(owner("devices", "keys", "gauge-1").lines()).isEqualTo(keys);
        assertThat(owner("devices", "twin", "gauge-1")).contains("properties.desired.$version");
        assertThat(owner("devices", "delete", "gauge-1")).contains("Deleted device 'gauge-1'.");
        owner("devices", "delete", "gauge-2");
        assertThat(owner("devices", "list")).contains("There are no devices.");
        assertThat(execute(withData("devices", "list", "--hub", "elsewhere"))).isEqualTo(1);
        assertThat(err.toString()).contains("the server's own are 127.0.0.1").contains("--hub");
    }

    @Test
    void hubs_linkedChangedAndUnlinked() throws IOException {
        Path file = directory.resolve("hub.txt");
        Files.writeString(
                file,
                "HostName=hub.example:8443;SharedAccessKeyName=dps;SharedAccessKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

        assertThat(owner("hubs", "link", file.toString(), "--weight", "3", "--assign", "false"))
                .contains("Linked hub 'hub.example'.");
        assertThat(owner("hubs", "list"))
                .contains("127.0.0.1")
                .contains("HostName=hub.example:8443;SharedAccessKeyName=dps;SharedAccessKey=****")
                .contains("allocation policy  Hashed");
        owner("hubs", "change", "hub.example", "--weight", "7");
        assertThat(owner("hubs", "show", "hub.example", "--json"))
                .contains("\"allocationWeight\":7")
                .contains("\"applyAllocationPolicy\":false");
        assertThat(owner("hubs", "policy", "static")).contains("is Static");
        assertThat(owner("hubs", "policy", "hashed")).contains("is Hashed");
        assertThat(owner("hubs", "unlink", "hub.example")).contains("Unlinked");
        assertThat(owner("hubs", "list", "--json").lines()).hasSize(1);

        assertThat(execute(withData("hubs", "unlink", "127.0.0.1"))).isEqualTo(1);
        assertThat(err.toString()).contains("one of this server's own, which are always linked");
        Files.writeString(file, "nothing");
        assertThat(execute(withData("hubs", "link", file.toString()))).isEqualTo(1);
        assertThat(err.toString()).contains("it is not of the form HostName=");
    }

    @Test
    void policies_createdRotatedAndDeleted() {
        assertThat(owner("policies", "create", "factory", "--right", "EnrollmentRead,EnrollmentWrite"))
                .contains("EnrollmentRead, EnrollmentWrite");
        String before = owner("keys", "show");

        assertThat(owner("policies", "rotate", "factory")).contains("new primary key");

        assertThat(owner("keys", "show")).isNotEqualTo(before);
        assertThat(owner("policies", "list", "--json"))
                .contains("\"keyName\":\"factory\"")
                .doesNotContain("primaryKey");
        owner("policies", "delete", "factory");
        assertThat(owner("policies", "list")).doesNotContain("factory");
        assertThat(execute(withData("policies", "delete", "provisioningserviceowner")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("can neither go nor lose a right");
    }

    @Test
    void registrations_thatAreNotThere_areRefused() {
        assertThat(execute(withData("registrations", "show", "nobody"))).isEqualTo(1);
        assertThat(execute(withData("registrations", "delete", "nobody"))).isEqualTo(1);
        assertThat(err.toString()).contains("404202");
    }

    @Test
    void doctor_saysWhatWouldComeOfAChain() {
        run("cert", "root", "Line", "--directory", directory.toString());
        String key = directory.resolve("Line.key.pem").toString();
        run("cert", "device", "pump-7", "--issuer", "Line", "--directory", directory.toString());
        String chain = directory.resolve("pump-7.chain.pem").toString();

        assertThat(execute(withData("doctor", chain))).isEqualTo(1);
        assertThat(out.toString())
                .contains("2. No individual enrollment has the id 'pump-7'.")
                .contains("The device would be refused.")
                .contains("To do: ");

        owner("certificates", "add", directory.resolve("Line.cert.pem").toString(), "--name", "line", "--key", key);
        owner("groups", "create", "line", "--ca", "line");

        assertThat(owner("doctor", chain))
                .contains("All rules of RFC 5280 hold")
                .contains("The device would be let in by the enrollment group 'line'.");
        assertThat(execute(withData("doctor", chain, "--registration-id", "other")))
                .isEqualTo(1);
        assertThat(out.toString()).contains("its common name is not the registration id 'other'");
        assertThat(owner("registrations", "list")).contains("No device has tried to register.");
        owner("groups", "delete", "line");
        owner("certificates", "delete", "line");
    }

    @Test
    void enrollments_importedFromAFile_asOftenAsNeeded() throws IOException {
        Path file = directory.resolve("devices.csv");
        Files.writeString(file, """
                registrationId,deviceId,provisioningStatus,iotEdge,tags
                import-1,device-1,,true,"{""line"": 7}"
                import-2,,sometimes,,
                import 3,,,,
                import-4
                import-5,,,,
                import-5,,,,
                """);

        assertThat(execute(withData("enrollments", "import", file.toString()))).isEqualTo(1);
        assertThat(out.toString())
                .contains("Created 2 individual enrollments; 0 were there already; 4 failed.")
                .contains("line 3, 'import-2': 400004: provisioningStatus must be one of")
                .contains("line 4, 'import 3': 400004: The registration id is invalid.")
                .contains("line 5: it has 1 values for 5 columns")
                .contains("line 7, 'import-5': line 6 has the same registrationId");
        assertThat(owner("enrollments", "list", "--json"))
                .contains("\"registrationId\":\"import-1\",\"deviceId\":\"device-1\"")
                .contains("{\"line\":7}");

        Path lines = directory.resolve("devices.jsonl");
        Files.writeString(
                lines,
                "{\"registrationId\":\"import-1\",\"provisioningStatus\":\"disabled\","
                        + "\"attestation\":{\"type\":\"symmetricKey\"}}\n");
        assertThat(owner("enrollments", "import", lines.toString(), "--json")).contains("\"existing\":1");
        assertThat(owner("enrollments", "import", lines.toString(), "--update")).contains("updated 1; 0 failed");
        assertThat(owner("enrollments", "list")).contains("disabled");
        owner("enrollments", "delete", "import-1");
        owner("enrollments", "delete", "import-5");
    }

    @Test
    void registrations_ofADeviceThatNeverTried_saysWhatToLookAt() {
        assertThat(owner("registrations", "explain", "nobody")).contains("check its host name");
        assertThat(owner("registrations", "list", "--failed")).contains("No attempt was refused.");
    }

    @Test
    void keys_show_printsTheIdScopeConnectionStringsAndWhatToDoWithThePort() {
        assertThat(owner("keys", "show"))
                .contains(server.idScope())
                .contains("HostName=127.0.0.1;SharedAccessKeyName=iothubowner;SharedAccessKey=")
                .contains("takes HostName=HOST:" + server.httpsPort() + " ");
        assertThat(owner("keys", "show", "--json").lines())
                .allSatisfy(line -> assertThat(line).contains("\"httpsPort\":" + server.httpsPort()));
    }

    /** Runs a command that must succeed on the server, and returns what it printed. */
    private String owner(String... arguments) {
        return run(withData(arguments));
    }

    private String run(String... arguments) {
        assertThat(execute(arguments)).as(err::toString).isZero();
        return out.toString();
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        CommandLine command = Muster.commandLine();
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static String[] withData(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", directory.resolve("data").toString()));
        return all.toArray(String[]::new);
    }
}
