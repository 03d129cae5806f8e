package dev.muster.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {
    @Test
    void pairs_keepTheirOrderAndSpelling() {
        assertThat(Query.parse("b=%41&a=x=y&&c&d=&b=2").entrySet())
                .extracting(pair -> pair.getKey() + ":" + pair.getValue())
                .containsExactly("b:%41", "a:x=y", "c:", "d:");
    }

    @Test
    void emptyText_hasNoPairs() {
        assertThat(Query.parse("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a%20b,a b", "%24.mid,$.mid", "a+b,a+b", "100%,100%", "%4,%4", "%zz%41,%zzA", "%C3%A4,ä", "ä%2F,ä/"})
    void escapes_areDecodedAndNothingElse(String text, String decoded) {
        assertThat(Query.decode(text)).isEqualTo(decoded);
    }
}
