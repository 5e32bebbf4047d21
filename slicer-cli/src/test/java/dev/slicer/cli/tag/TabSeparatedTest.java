package dev.slicer.cli.tag;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TabSeparatedTest {

    @Test
    void shouldEscapeWhatWouldEndAFieldOrALineOrBeObeyed() {
        assertThat(TabSeparated.line("1", "New\tYork\r\n\\C", "\u001b[2J\u2028\u0085"))
                .isEqualTo("1\tNew\\tYork\\r\\n\\\\C\t\\u001b[2J\\u2028\\u0085");
        assertThat(TabSeparated.line("Ọ̀ṣun 北京 😀", "a\u00a0b")).isEqualTo("Ọ̀ṣun 北京 😀\ta\u00a0b");
    }

    @Test
    void shouldStayALineOfAsManyFieldsWhateverIsInThem() {
        for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
            String line = TabSeparated.line("a" + (char) unit + "b", "c");

            assertThat(line.lines().toList()).as("unit %04x", unit).hasSize(1);
            assertThat(line.split("\t", -1)).as("unit %04x", unit).hasSize(2);
        }
    }
}
