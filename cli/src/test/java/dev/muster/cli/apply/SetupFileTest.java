package dev.muster.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.muster.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SetupFileTest {
    private static final String HUB = "HostName=hub.example:8443;SharedAccessKeyName=dps;SharedAccessKey=c2VjcmV0";

    @TempDir
    private Path directory;

    @Test
    void sectionsThatAreThere_areToldFromThoseThatAreNot() throws IOException {
        Setup setup = read("groups: []\nenrollments:\n  - {id: a, symmetric-key: generated, status: Disabled}\n");

        assertThat(setup.entries().groups())
                .hasValueSatisfying(groups -> assertThat(groups).isEmpty());
        assertThat(setup.entries().devices()).isEmpty();
        assertThat(setup.entries().enrollments().orElseThrow())
                .singleElement()
                .satisfies(entry -> assertThat(entry.body().toString())
                        .isEqualTo("{\"registrationId\":\"a\",\"attestation\":{\"type\":\"symmetricKey\"},"
                                + "\"provisioningStatus\":\"disabled\"}"));
        assertThat(setup.size()).isEqualTo(1);
    }

    @Test
    void allMistakes_areFoundAtOnce_withTheirLines() throws IOException {
        refusal("""
                        certificates:
                          - name: root
                            file: missing.pem
                          - file: missing.pem
                            nam: typo
                        grups: []
                        allocation-policy: Random
                        policies:
                          - name: p
                            rights: [EnrollmentRead, Everything]
                        groups:
                          - id: g
                            ca: root
                            symmetric-key: generated
                          - id: g
                            ca: root
                          - id: 'G'
                            ca: [root]
                            hubs: [h]
                            initial-twin: {tags: [1]}
                        enrollments:
                          - id: a b
                            symmetric-key: {primary: short}
                            statuss: enabled
                          - id:
                            endorsement-key: x
                          - nothing
                        hubs:
                          - name: h
                            weight: 1001
                            assign: maybe
                          - weight: 1
                        """)
                .contains("line 3, certificates[0].file: there is no file")
                .contains("line 4, certificates[1]: it lacks 'name'")
                .contains("line 5, certificates[1].nam: there is no such key; did you mean 'name'?")
                .contains("line 6, grups: there is no such key; did you mean 'groups'?")
                .contains("line 7, allocation-policy: 'Random' is none of Hashed, GeoLatency, Static")
                .contains("line 10, policies[0].rights: 'Everything' is none")
                .contains("line 12, groups[0]: it needs one of certificate, ca, symmetric-key, and no second")
                .contains("line 15, groups: the enrollment group 'g' is there twice")
                .contains("line 18, groups[2].ca: it must be a text")
                .contains("line 19, groups[2].hubs: with hubs it needs an 'allocation-policy'")
                .contains("line 20, groups[2].initial-twin.tags: it must hold keys of its own")
                .contains("line 22, enrollments[0].id: it is not of 1 to 128 letters")
                .contains("line 23, enrollments[0].symmetric-key.primary: A symmetric key is base64 of 16 to 64 bytes.")
                .contains("line 24, enrollments[0].statuss: there is no such key; did you mean 'status'?")
                .contains("line 25, enrollments[1].id: it has no value")
                .contains("line 27, enrollments[2]: it must hold keys of its own")
                .contains("line 30, hubs[0].weight: it must be a whole number from 1 to 1000")
                .contains("line 31, hubs[0].assign: 'maybe' is none of true, false")
                .contains("line 32, hubs[1]: it needs 'name'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- a\n",
                "text",
                "a: b: c",
                "\t",
                "groups: &a\n  - *a\n",
                "groups:\n  - &a {id: x, initial-twin: *a}\n",
                "? [a]\n: b\n",
                "groups: []\ngroups: []\n",
                "groups:\n  - {id: x, id: y, ca: z}\n",
                "!!binary x: y",
                "policies: {name: x}\n",
                "\0",
            })
    void fileThatIsNoSetup_isRefused(String text) throws IOException {
        refusal(text).isNotEmpty();
    }

    @Test
    void fewAliasesThatStandForMuch_areRefused() throws IOException {
        StringBuilder text = new StringBuilder("groups:\n  - id: g\n    ca: c\n    initial-twin:\n      tags:\n")
                .append("        a0: &a0 {x: 1}\n");
        for (int level = 1; level < 6; level++) {
            text.append("        a").append(level).append(": &a").append(level).append(" {");
            for (int copy = 0; copy < 10; copy++) {
                text.append("c").append(copy).append(": *a").append(level - 1).append(", ");
            }
            text.append("}\n");
        }

        refusal(text.toString()).contains("it is too large or too deep for a twin");
    }

    @Test
    void secrets_areNotInRefusals() throws IOException {
        refusal("hubs:\n  - connection-string-environment: NO_SUCH\n").contains("no variable 'NO_SUCH'");
        Files.writeString(directory.resolve("hub.txt"), HUB.replace("SharedAccessKeyName=dps;", ""));
        refusal("hubs:\n  - connection-string-file: hub.txt\n")
                .contains("it lacks SharedAccessKeyName")
                .doesNotContain("c2VjcmV0");
        refusal("groups:\n  - id: g\n    symmetric-key: c2VjcmV0LXNlY3JldC1zZWNyZXQ=\n")
                .contains("it must be 'generated'")
                .doesNotContain("c2VjcmV0");
        refusal("groups:\n  - symmetric-key: {primary: c2VjcmV0LXNlY3JldC1zZWNyZXQ=\n")
                .contains("it is not YAML, line ")
                .doesNotContain("c2VjcmV0");
    }

    @Test
    void hubOfAnotherServer_isNamedByItsConnectionString() throws IOException {
        Path file = write("hubs:\n  - {connection-string-environment: HUB, weight: 2}\n");

        assertThat(SetupFile.read(file, Map.of("HUB", HUB)).hubs().orElseThrow())
                .singleElement()
                .satisfies(hub -> {
                    assertThat(hub.name()).isEqualTo("hub.example");
                    assertThat(hub.members())
                            .containsEntry(
                                    "connectionString",
                                    "HostName=hub.example:8443;SharedAccessKeyName=dps;SharedAccessKey=****");
                    assertThat(hub.toString()).doesNotContain("c2VjcmV0");
                });
    }

    @Test
    void fileThatIsNotThere_orNotUtf8_isRefused() throws IOException {
        assertThatThrownBy(() -> SetupFile.read(directory.resolve("none.yaml"), Map.of()))
                .isInstanceOf(Refusal.class);
        Path file = Files.write(directory.resolve("latin.yaml"), "id: ä".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SetupFile.read(file, Map.of())).isInstanceOf(Refusal.class);
    }

    private AbstractStringAssert<?> refusal(String text) throws IOException {
        Path file = write(text);
        return assertThatThrownBy(() -> SetupFile.read(file, Map.of()))
                .asInstanceOf(type(Refusal.class))
                .extracting(refusal -> refusal.explanation().orElseThrow().rule())
                .asInstanceOf(STRING);
    }

    private Setup read(String text) throws IOException {
        return SetupFile.read(write(text), Map.of());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("setup.yaml"), text);
    }
}
