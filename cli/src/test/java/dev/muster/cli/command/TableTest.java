package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void columns_areAsWideAsTheirWidestCell_withoutTrailingSpaces() {
        assertThat(printed(new Table("ID", "STATUS").row("plant-7", "on").row("x", "disabled")))
                .containsExactly("ID       STATUS", "plant-7  on", "x        disabled");
    }

    @Test
    void tableWithoutRows_saysSo() {
        assertThat(printed(new Table("ID"))).containsExactly("nothing here");
    }

    @Test
    void rowOfAnotherWidth_isAMistake() {
        assertThatThrownBy(() -> new Table("ID").row("a", "b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static String[] printed(Table table) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), "nothing here");
        return text.toString().lines().toArray(String[]::new);
    }
}
