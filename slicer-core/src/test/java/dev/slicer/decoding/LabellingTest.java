package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabellingTest {
    private static final Labelling LABELLING =
            new Labelling(List.of("B-PER", "I-PER", "B-PER", "O", "B-LOC"), new double[] {0.9, 0.5, 0.6, 0.9, 0.8});

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
        // Given: words 0, 1, 3 and 7 are initials
        Labelling labelling = new Labelling(
                List.of("B-PER", "B-PER", "B-PER", "B-PER", "O", "B-PER", "B-LOC", "B-PER", "O", "B-PER"), new double[10]);

        // When
        List<String> tags = labelling
                .withInitialsJoined(word -> Set.of(0, 1, 3, 7).contains(word))
                .tags();

        // Then: the next name begins where no initial is before it, and beside an entity of another type
        assertThat(tags)
                .containsExactly("B-PER", "I-PER", "I-PER", "B-PER", "O", "B-PER", "B-LOC", "B-PER", "O", "B-PER");
    }
}
