package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.apply.Execution;
import dev.muster.cli.apply.Plan;
import dev.muster.cli.apply.Planner;
import dev.muster.cli.apply.Setup;
import dev.muster.cli.apply.SetupFile;
import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.client.owner.OwnerClient;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster apply} against a real server. */
final class ApplyIT {
    private static final Path EXAMPLE = Path.of("..", "examples", "setup.yaml");

    @TempDir
    private Path directory;

    private Server server;

    @BeforeEach
    void start() {
        server = Server.start(
                Config.defaults(directory.resolve("data")).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void exampleOfTheReadme_isAppliedOnce_andThenThereIsNothingToDo() throws IOException {
        makeCertificates();
        String file = Files.copy(EXAMPLE, directory.resolve("setup.yaml")).toString();

        CommandRun shown = owner("apply", "-f", file, "--dry-run");
        assertThat(shown.code()).isEqualTo(2);
        assertThat(shown.out())
                .contains(
                        "+ create CA certificate 'plant-ca'",
                        "~ change hub '127.0.0.1'\n    allocationWeight: 1 -> 3",
                        "+ create shared access policy 'dashboard of 127.0.0.1'",
                        "+ create enrollment group 'line-7'",
                        "+ create individual enrollment 'sensor-1'",
                        "+ create device 'gauge-1 of 127.0.0.1'",
                        "7 to create, 1 to change, 0 to delete, 1 unchanged.");
        assertThat(owner("groups", "list").done()).contains("There are no enrollment groups.");
        assertThat(owner("apply", "-f", file).refused(1)).contains("nobody has said yes", "--yes");

        assertThat(owner("apply", "-f", file, "--yes").done()).contains("Done: 8 of 8.");

        assertThat(owner("certificates", "list").done()).contains("plant-ca  yes");
        assertThat(owner("policies", "list", "--hub", "127.0.0.1").done()).contains("RegistryRead, ServiceConnect");
        assertThat(owner("groups", "show", "plant", "--json").done())
                .contains("\"tags\":{\"line\":7}", "\"allocationPolicy\":\"static\"");
        String keys = owner("keys", "group", "line-7").done();
        assertThat(owner("apply", "-f", file, "--yes").done()).contains("Nothing to do; 9 unchanged.");
        assertThat(owner("apply", "-f", file, "--dry-run").code()).isZero();
        assertThat(owner("keys", "group", "line-7").done()).isEqualTo(keys);
    }

    @Test
    void shortOneOfTheReadme_isEnoughToLetDevicesIn() throws IOException {
        makeCertificates();
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("```yaml\ncertificates:") + "```yaml\n".length();
        String file = setup(readme.substring(start, readme.indexOf("```", start)));

        assertThat(owner("apply", "-f", file, "--yes").done()).contains("Done: 2 of 2.");

        assertThat(owner("doctor", directory.resolve("sensor-1.chain.pem").toString())
                        .done())
                .contains("The device would be let in by the enrollment group 'plant'.");
    }

    @Test
    void differences_areShownWithoutSecrets_andMadeGood() throws IOException {
        makeCertificates();
        Files.writeString(directory.resolve("key"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        String before = setup("""
                enrollments:
                  - id: pump-1
                    symmetric-key: generated
                    initial-twin: {tags: {line: 1, hall: 2}}
                devices:
                  - id: gauge-1
                    symmetric-key: generated
                """);
        owner("apply", "-f", before, "--yes").done();
        owner("enrollments", "update", "pump-1", "--allocation-policy", "hashed")
                .done();
        String after = setup("""
                enrollments:
                  - id: PUMP-1
                    symmetric-key: {primary-file: key}
                    status: disabled
                    initial-twin: {tags: {line: 7}}
                devices:
                  - id: gauge-1
                    certificate: sensor-1.cert.pem
                    status: disabled
                    status-reason: broken
                """);

        String shown = owner("apply", "-f", after, "--yes").done();

        assertThat(shown)
                .contains(
                        "    attestation.symmetricKey.primaryKey: sha256:",
                        "    initialTwin.tags.hall: 2 -> (none)",
                        "    initialTwin.tags.line: 1 -> 7",
                        "    provisioningStatus: enabled -> disabled",
                        "    authentication.type: sas -> selfSigned",
                        "    statusReason: (none) -> broken")
                .doesNotContain("AAAA");
        assertThat(owner("enrollments", "show", "pump-1", "--json").done())
                .contains("\"allocationPolicy\":\"hashed\"", "\"disabled\"")
                .doesNotContain("hall");
        assertThat(owner("keys", "enrollment", "pump-1").done()).startsWith("AAAAAAAA");
        assertThat(owner("apply", "-f", after, "--yes").done()).contains("Nothing to do");
    }

    @Test
    void prune_deletesInTheSectionsOfTheFile_andNowhereElse() throws IOException {
        makeCertificates();
        String file = Files.copy(EXAMPLE, directory.resolve("setup.yaml")).toString();
        owner("apply", "-f", file, "--yes").done();
        owner("groups", "create", "other", "--symmetric-key").done();
        Files.writeString(directory.resolve("hub.txt"), linkTo("far.example:8443"));
        owner("hubs", "link", directory.resolve("hub.txt").toString()).done();
        owner("policies", "create", "guest", "--right", "EnrollmentRead").done();

        assertThat(owner("apply", "-f", file, "--yes").done()).contains("Nothing to do");
        assertThat(owner("apply", "-f", file, "--yes", "--prune").done()).contains("""
                        - delete enrollment group 'other'
                        - delete shared access policy 'guest'
                        - delete hub 'far.example'
                        """, "Done: 3 of 3.");
        assertThat(owner("apply", "-f", setup("groups: []\n"), "--yes", "--prune")
                        .done())
                .contains("- delete enrollment group 'plant'");

        assertThat(owner("enrollments", "list").done()).contains("sensor-1");
        assertThat(owner("policies", "list").done()).contains("provisioningserviceowner", "factory");
        assertThat(owner("hubs", "list").done()).contains("127.0.0.1");
        assertThat(owner("devices", "list").done()).contains("gauge-1");
    }

    @Test
    void renewedCertificate_isReplaced_andProvedAnew() throws IOException {
        makeCertificates();
        String first = setup("""
                certificates:
                  - {name: ca, file: Plant-CA.cert.pem}
                """);
        assertThat(owner("apply", "-f", first, "--yes").done()).contains("+ create CA certificate 'ca'");
        assertThat(owner("certificates", "list").done()).contains("ca    no");
        String proved = setup("""
                certificates:
                  - {name: ca, file: Plant-CA.cert.pem, key: Plant-CA.key.pem}
                """);
        assertThat(owner("apply", "-f", proved, "--yes").done()).contains("    verified: false -> true");
        CommandRun.of("cert", "root", "Next", "--directory", directory.toString())
                .done();
        String next = setup("""
                certificates:
                  - {name: ca, file: Next.cert.pem, key: Next.key.pem}
                """);
        assertThat(owner("apply", "-f", next, "--yes").done()).contains("    thumbprint: ");
        assertThat(owner("certificates", "list").done()).contains("ca    yes", "CN=Next");
    }

    @Test
    void referencesToNothing_areRefusedBeforeAnythingIsTouched() throws IOException {
        String file = setup("""
                policies:
                  - {name: p, hub: other, rights: [RegistryRead]}
                groups:
                  - id: good
                    symmetric-key: generated
                  - id: g
                    ca: nobody
                    allocation-policy: static
                    hubs: [far.example]
                hubs:
                  - name: unknown
                """);

        assertThat(owner("apply", "-f", file, "--yes").refused(1))
                .contains(
                        "line 2, shared access policy 'p of other': there is no hub of this server 'other'",
                        "line 6, enrollment group 'g': there is no CA certificate 'nobody'",
                        "there is no hub 'far.example'",
                        "line 11, hub 'unknown'");
        assertThat(owner("groups", "list").done()).contains("There are no enrollment groups.");
    }

    @Test
    void partialFailure_isReportedExactly_andTheRestIsDoneTheNextTime() throws IOException {
        String text = """
                policies:
                  - {name: reader, rights: [EnrollmentRead]}
                groups:
                  - {id: first, symmetric-key: generated}
                  - {id: bad, symmetric-key: generated, allocation-policy: static, hubs: [127.0.0.1, hub.example]}
                  - {id: last, symmetric-key: generated}
                enrollments:
                  - {id: pump-1, symmetric-key: generated}
                hubs:
                  - {connection-string-file: hub.txt, assign: false}
                """;
        Files.writeString(directory.resolve("hub.txt"), linkTo("hub.example:1"));

        CommandRun run = owner("apply", "-f", setup(text), "--yes");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "done       hub 'hub.example'",
                        "done       shared access policy 'reader'",
                        "done       enrollment group 'first'",
                        "FAILED     enrollment group 'bad': 400004",
                        "done       enrollment group 'last'",
                        "not tried  individual enrollment 'pump-1'",
                        "Done: 4 of 6.");
        String mended = setup(text.replace(", hub.example]", "]"));
        assertThat(owner("apply", "-f", mended, "--yes").done())
                .contains("+ create enrollment group 'bad'", "Done: 2 of 2.");
        List<String> json = owner("apply", "-f", mended, "--json", "--dry-run")
                .done()
                .lines()
                .toList();
        assertThat(json).hasSize(6).allSatisfy(line -> assertThat(line).contains("\"action\":\"keep\""));
    }

    @Test
    void changeMadeMeanwhile_isNotOverwritten() throws Exception {
        owner("groups", "create", "line", "--symmetric-key").done();
        owner("devices", "create", "gauge-1").done();
        Setup setup = SetupFile.read(Path.of(setup("""
                        hubs:
                          - {name: 127.0.0.1, weight: 2}
                        """)), Map.of());
        Setup entries = SetupFile.read(Path.of(setup("""
                        groups:
                          - {id: line, symmetric-key: generated, status: disabled}
                          - {id: new, symmetric-key: generated}
                        devices:
                          - {id: gauge-1, symmetric-key: generated, status: disabled}
                        """)), Map.of());
        try (OwnerClient client =
                OwnerClient.connect(ServerAddress.local(directory.resolve("data"), Optional.empty()))) {
            Plan plan = new Planner(false, _ -> {}).plan(setup, client);
            Plan planOfEntries = new Planner(false, _ -> {}).plan(entries, client);
            owner("hubs", "change", "127.0.0.1", "--location", "north").done();
            owner("groups", "update", "line", "--allocation-policy", "hashed").done();
            owner("groups", "create", "new", "--symmetric-key").done();

            assertThat(Execution.run(plan, _ -> {}))
                    .singleElement()
                    .satisfies(outcome -> assertThat(outcome.reason()).contains("has changed it meanwhile"));
            assertThat(Execution.run(planOfEntries, _ -> {}))
                    .extracting(Execution.Outcome::reason)
                    .satisfiesExactly(
                            changed -> assertThat(changed).contains("has changed it meanwhile"),
                            created -> assertThat(created).contains("has made one meanwhile"),
                            device -> assertThat(device).isEmpty());
        }
        assertThat(owner("groups", "show", "line", "--json").done())
                .contains("\"allocationPolicy\":\"hashed\"", "\"provisioningStatus\":\"enabled\"");
        assertThat(owner("hubs", "show", "127.0.0.1", "--json").done()).contains("\"allocationWeight\":1");
    }

    @Test
    void serverElsewhere_isSetUpWithItsToken_andItsEnrollmentsWithAConnectionStringAlone() throws IOException {
        String groups = setup("groups:\n  - {id: far, symmetric-key: generated}\n");
        String url = "https://127.0.0.1:" + server.httpsPort();
        String authority = server.authorityCertificate().toString();
        String json = owner("keys", "show", "--json").done();
        String key = json.replaceFirst("(?s).*?\"connectionString\":\"HostName=[^;]+(;[^\"]+)\".*", "$1");
        String file = Files.writeString(
                        directory.resolve("service.txt"), "HostName=127.0.0.1:" + server.httpsPort() + key)
                .toString();

        assertThat(CommandRun.of(
                                "apply",
                                "-f",
                                groups,
                                "--yes",
                                "--connection-string-file",
                                file,
                                "--server-ca",
                                authority)
                        .done())
                .contains("Done: 1 of 1.");
        assertThat(CommandRun.of(
                                "apply",
                                "-f",
                                groups,
                                "--yes",
                                "--server",
                                url,
                                "--token-file",
                                server.adminTokenFile().toString(),
                                "--server-ca",
                                authority)
                        .done())
                .contains("Nothing to do");
        assertThat(CommandRun.of(
                                "apply",
                                "-f",
                                setup("allocation-policy: Static\n"),
                                "--yes",
                                "--connection-string-file",
                                file,
                                "--server-ca",
                                authority)
                        .refused(1))
                .contains("takes the administrator's token");
    }

    private void makeCertificates() {
        String here = directory.toString();
        CommandRun.of("cert", "root", "Plant Root", "--directory", here).done();
        CommandRun.of("cert", "intermediate", "Plant CA", "--issuer", "Plant Root", "--directory", here)
                .done();
        CommandRun.of("cert", "device", "sensor-1", "--issuer", "Plant CA", "--directory", here)
                .done();
    }

    private static String linkTo(String host) {
        return "HostName=" + host
                + ";SharedAccessKeyName=dps;SharedAccessKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    }

    private String setup(String text) throws IOException {
        return Files.writeString(directory.resolve("setup.yaml"), text).toString();
    }

    private CommandRun owner(String... arguments) {
        return CommandRun.of(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--data", directory.resolve("data").toString()))
                .toArray(String[]::new));
    }
}
