package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelMapTest {

    @Test
    void shouldMapTypesAndKeepTheOthers() {
        LabelMap labels = LabelMap.parse(" DATE = O , GPE=LOC ");

        assertThat(labels.apply(List.of("B-DATE", "I-DATE", "B-GPE", "I-GPE", "B-PER", "O")))
                .containsExactly("O", "O", "B-LOC", "I-LOC", "B-PER", "O");
    }

    @Test
    void shouldKeepEverythingWhenBlank() {
        assertThat(LabelMap.parse(" ").apply(List.of("B-DATE", "O"))).containsExactly("B-DATE", "O");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DATE          | label map entry 'DATE' is not of the form OLD=NEW",
                "DATE=         | label map entry 'DATE=': write entity types without B- and I-, such as DATE=O or GPE=LOC",
                "B-DATE=O      | label map entry 'B-DATE=O': write entity types without B- and I-, such as DATE=O or GPE=LOC",
                "O=PER         | label map entry 'O=PER': write entity types without B- and I-, such as DATE=O or GPE=LOC",
                "1=PER         | label map entry '1=PER': a number stands for a whole tag such as B-PER or O",
                "DATE=O,DATE=X | label map has two entries for 'DATE'"
            })
    void shouldNameEntryThatCannotBeUsed(String entries, String message) {
        assertThatThrownBy(() -> LabelMap.parse(entries))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
