package dev.muster.cli.client.owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrollmentFileTest {
    @TempDir
    private Path directory;

    @Test
    void table_isReadByItsColumnsInAnyOrderAndCase() throws IOException {
        List<EnrollmentFile.Entry> entries = entries("""
                \uFEFFIOTHUBS,registrationid,Certificate,primaryKey,endorsementKey,desired
                one;two,a,"-----BEGIN
                END-----",,,
                ,b,,a2V5,,"{""x"":1}"

                ,c,,,RUs=,
                ,d,,,,nonsense
                ,,,,,
                """);

        assertThat(entries).extracting(EnrollmentFile.Entry::line).containsExactly(2, 4, 6, 7, 8);
        assertThat(json(entries.get(0)))
                .contains("\"registrationId\":\"a\",\"iotHubs\":[\"one\",\"two\"]")
                .contains("\"clientCertificates\":{\"primary\":{\"certificate\":\"-----BEGIN\\nEND-----\"}}");
        assertThat(json(entries.get(1)))
                .contains("\"primaryKey\":\"a2V5\"")
                .contains("\"desired\":{\"x\":1}")
                .contains("\"type\":\"symmetricKey\"");
        assertThat(json(entries.get(2))).contains("\"endorsementKey\":\"RUs=\"");
        assertThat(entries.get(3).problem()).contains("not JSON");
        assertThat(entries.get(4).problem()).contains("no registrationId");
    }

    @Test
    void json_isReadFromAnArray() throws IOException {
        List<EnrollmentFile.Entry> entries =
                entries("[\n{\"registrationId\":\"a\"},\n\n{\"registrationId\":\"b\",\"attestation\":{}},7]");

        assertThat(json(entries.get(0))).isEqualTo("{\"registrationId\":\"a\"}");
        assertThat(json(entries.get(1))).contains("\"b\"");
        assertThat(entries.get(2).problem()).contains("not a JSON object");
        assertThatThrownBy(() -> entries("[{\"registrationId\":\"a\"},{]")).isInstanceOf(IOException.class);
    }

    @Test
    void json_isReadLineByLine_eachFailingByItself() throws IOException {
        List<EnrollmentFile.Entry> entries =
                entries("{\"registrationId\":\"a\"}\n{oops}\n\n{\"registrationId\":\"b\"}\n");

        assertThat(entries).extracting(EnrollmentFile.Entry::line).containsExactly(1, 2, 4);
        assertThat(entries.get(1).problem()).contains("not JSON");
        assertThat(json(entries.get(2))).contains("\"b\"");
    }

    @Test
    void table_withAnUnknownColumnOrAnOpenQuote_isRefused() {
        assertThatThrownBy(() -> entries("registrationId,colour\na,red\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("registrationId, deviceId");
        assertThatThrownBy(() -> entries("registrationId\n\"a\n")).hasMessageContaining("line 2");
    }

    @Test
    void nothing_isNothing() throws IOException {
        assertThat(entries("")).isEmpty();
        assertThat(entries("[]")).isEmpty();
    }

    private List<EnrollmentFile.Entry> entries(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), text);
        List<EnrollmentFile.Entry> entries = new ArrayList<>();
        try (EnrollmentFile open = EnrollmentFile.open(file)) {
            for (Optional<EnrollmentFile.Entry> next = open.next(); next.isPresent(); next = open.next()) {
                entries.add(next.get());
            }
            assertThat(open.progress()).isEqualTo(1);
        }
        return entries;
    }

    private static String json(EnrollmentFile.Entry entry) {
        return entry.enrollment().map(Document::toString).orElse(entry.problem());
    }
}
