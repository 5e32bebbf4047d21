package dev.slicer.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldDocumentTest {
    @Test
    void shouldMakeTheIdUniqueAmongBenchmarksAndLanguages() {
        // When
        GoldDocument gold = GoldDocument.of(labelled("sample", "sw", List.of("O")));

        // Then
        assertThat(gold.documentId()).isEqualTo("evaluation/sample/sw/1");
    }

    @Test
    void shouldNameTheTagThatIsOutsideIob2() {
        assertThatThrownBy(() -> GoldDocument.of(labelled("sample", "sw", List.of("O", "S-PER"))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("tags[1] must be O, B-TYPE or I-TYPE, got \"S-PER\"");
    }

    @Test
    void shouldNameTheTagThatContinuesNothing() {
        assertThatThrownBy(() -> GoldDocument.of(labelled("sample", "sw", List.of("B-LOC", "I-PER"))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("tags[1] is \"I-PER\" after \"B-LOC\", but in IOB2 an entity begins with B-");
    }

    @Test
    void shouldRefuseABenchmarkThatMakesNoMetricLabel() {
        assertThatThrownBy(() -> GoldDocument.of(labelled("a/b", "sw", List.of("O"))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageStartingWith("benchmark must match")
                .hasMessageEndingWith("got \"a/b\"");
    }

    private static LabelledDocument labelled(String benchmark, String language, List<String> tags) {
        return new LabelledDocument(
                "1", benchmark, language, tags.stream().map(tag -> "word").toList(), tags);
    }
}
