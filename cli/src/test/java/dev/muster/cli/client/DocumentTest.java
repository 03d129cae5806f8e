package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DocumentTest {
    private static final Document DOCUMENT = Document.parse("""
            {"a":{"b":"text","n":3,"t":true,"z":null},"list":["x","y"],"objects":[{"k":1},{"k":2}],
             "props":{"p":"1","q":"2"},"plain":"aGkgdGhlcmU=","binary":"AAEC"}""".getBytes(StandardCharsets.UTF_8));

    @Test
    void values_areFoundByTheirPath() {
        assertThat(DOCUMENT.text("a", "b")).isEqualTo("text");
        assertThat(DOCUMENT.number("a", "n")).isEqualTo(3);
        assertThat(DOCUMENT.isTrue("a", "t")).isTrue();
        assertThat(DOCUMENT.texts("list")).containsExactly("x", "y");
        assertThat(DOCUMENT.members("props")).isEqualTo(Map.of("p", "1", "q", "2"));
        assertThat(DOCUMENT.list("objects").stream().map(object -> object.number("k")))
                .containsExactly(1L, 2L);
    }

    @Test
    void whatIsMissingOrNull_isEmpty() {
        assertThat(DOCUMENT.find("a", "z")).isEmpty();
        assertThat(DOCUMENT.text("no", "such", "path")).isEmpty();
        assertThat(DOCUMENT.isTrue("a")).isFalse();
        assertThat(DOCUMENT.number("a", "b")).isZero();
        assertThat(DOCUMENT.list("a")).isEqualTo(List.of());
    }

    @Test
    void base64_isDecodedOnlyToPrintableText() {
        assertThat(DOCUMENT.decodedText("plain")).contains("hi there");
        assertThat(DOCUMENT.decodedText("binary")).isEmpty();
        assertThat(DOCUMENT.decodedText("missing")).isEmpty();
    }

    @Test
    void list_isReadFromAnArrayOrAMember() {
        assertThat(Document.parseList("[{\"k\":1}]".getBytes(StandardCharsets.UTF_8)))
                .hasSize(1);
        assertThat(Document.parseList("{\"value\":[{\"k\":1},{}]}".getBytes(StandardCharsets.UTF_8)))
                .hasSize(2);
    }

    @Test
    void text_thatIsNoObject_isNoDocument() {
        assertThat(Document.tryParse("<html>".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(Document.tryParse("3".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(Document.tryParse(new byte[0])).isEmpty();
    }
}
