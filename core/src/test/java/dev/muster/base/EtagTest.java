package dev.muster.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EtagTest {
    @Test
    void quotes_doNotCount() {
        assertThat(new Etag("\"AAAA\"")).isEqualTo(new Etag("AAAA"));
        assertThat(new Etag(" \"AAAA\" ").value()).isEqualTo("AAAA");
        assertThat(new Etag("\"").value()).isEqualTo("\"");
        assertThat(new Etag("\"\"").value()).isEmpty();
    }

    @Test
    void randomOnes_differ() {
        Random random = new Random(1);

        assertThat(Etag.random(random).value()).matches("[0-9a-f]{16}");
        assertThat(Etag.random(random)).isNotEqualTo(Etag.random(random));
    }
}
