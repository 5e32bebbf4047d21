package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.labels.Span;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabellingTest {
    private static final Labelling LABELLING =
            new Labelling(List.of("B-PER", "I-PER", "B-PER", "O", "B-LOC"), new double[] {0.9, 0.5, 0.6, 0.9, 0.8});

    @Test
    void shouldGiveNoScoreOverOneWhereFloatsDo() {
        Labelling labelling = new Labelling(List.of("B-PER", "I-PER"), new double[] {1.0000001, 1.0000001});

        assertThat(labelling.score(new Span("PER", 0, 2))).isEqualTo(1);
    }

    @Test
    void shouldLeaveOutEntitiesOfALowerScoreAndNotSplitThem() {
        assertThat(LABELLING.only(0.7, Set.of()).tags()).containsExactly("B-PER", "I-PER", "O", "O", "B-LOC");
        assertThat(LABELLING.only(0.71, Set.of()).tags()).containsExactly("O", "O", "O", "O", "B-LOC");
    }

    @Test
    void shouldAnswerOnlyTheTypesAskedFor() {
        assertThat(LABELLING.only(0, Set.of("LOC")).tags()).containsExactly("O", "O", "O", "O", "B-LOC");
        assertThat(LABELLING.only(0.7, Set.of("PER", "ORG")).tags()).containsExactly("B-PER", "I-PER", "O", "O", "O");
        assertThat(LABELLING.only(0, Set.of())).isEqualTo(LABELLING);
    }

    @Test
    void shouldJoinInitialsToTheNameThatGoesOn() {
        // Given: words 0, 1, 2, 4 and 8 are initials, of which the model left out one
        Labelling labelling = new Labelling(
                List.of("B-PER", "O", "B-PER", "B-PER", "B-PER", "O", "B-PER", "B-LOC", "B-PER", "O", "B-PER"),
                new double[] {0.5, 0.9, 0.5, 0.5, 1, 1, 1, 1, 1, 1, 1});

        // When
        Labelling joined =
                labelling.withInitialsJoined(word -> Set.of(0, 1, 2, 4, 8).contains(word));

        // Then: the next name begins where no initial is before it, behind other words, and beside another type
        assertThat(joined.tags())
                .containsExactly(
                        "B-PER", "I-PER", "I-PER", "I-PER", "B-PER", "O", "B-PER", "B-LOC", "B-PER", "O", "B-PER");
        assertThat(joined.score(new Span("PER", 0, 4))).isEqualTo(0.5);
    }
}
