package dev.slicer.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelSetTest {
    @Test
    void shouldKnowTheTypesOfAnyLabelSet() {
        assertThat(new LabelSet(List.of("O", "B-PER", "I-PER", "L-LOC", "U-LOC")).types())
                .containsExactly("PER", "LOC");
        assertThat(new LabelSet(List.of("I-MISC", "O", "B-E-MAIL")).types()).containsExactly("MISC", "E-MAIL");
        assertThat(new LabelSet(List.of("O", "PER", "work of art")).types()).containsExactly("PER", "work_of_art");
        assertThat(new LabelSet(List.of("LABEL_0", "LABEL_1")).types()).containsExactly("LABEL_0", "LABEL_1");
    }

    @Test
    void shouldReadTheLabelsOfModelsAsThoseOfCorpora() {
        assertThat(new LabelSet(List.of("O", "B-PER", "M-PER", "E-PER", "S-PER")).tags())
                .containsExactly("O", "B-PER", "I-PER", "E-PER", "S-PER");
        assertThat(new LabelSet(List.of("B-O", "I-O", "B-LOC", "I-LOC")).types())
                .containsExactly("LOC");
        assertThat(new LabelSet(List.of("O", "B-PER", "X", "[CLS]", "[SEP]")).tags())
                .containsExactly("O", "B-PER", "O", "O", "O");
        assertThatThrownBy(() -> new LabelSet(List.of("O", "B-PER", "MISC")).tags())
                .hasMessageStartingWith("'MISC' is no tag beside B-PER");
    }

    @Test
    void shouldRefuseTypesThatWouldNotBeReadAsSuch() {
        assertThatThrownBy(() -> LabelSet.ofTypes(List.of("PER", "O")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'O' is no entity type; one has no blanks and is not O");
    }

    @Test
    void shouldNameTypesThatTheModelDoesNotHave() {
        LabelSet labels = LabelSet.ofTypes(List.of("PER", "LOC"));

        assertThatThrownBy(() -> labels.requireTypes(List.of("PER", "per", "GPE")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no entity type of this model: GPE, per; it has PER, LOC");
        assertThatCode(() -> labels.requireTypes(List.of("LOC"))).doesNotThrowAnyException();
    }
}
