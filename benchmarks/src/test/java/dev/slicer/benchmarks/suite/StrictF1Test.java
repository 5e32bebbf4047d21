package dev.slicer.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.benchmarks.workload.FoundEntity;
import dev.slicer.benchmarks.workload.LabelledText;
import dev.slicer.corpus.Sentence;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrictF1Test {
    private static final LabelledText SWAHILI = LabelledText.of(
            "sw",
            new Sentence(List.of("Wangari", "Maathai", "alizaliwa", "Nyeri"), List.of("B-PER", "I-PER", "O", "B-LOC")));
    /** Two UTF-16 units come before its entity in one code point. */
    private static final LabelledText EMOJI =
            LabelledText.of("en", new Sentence(List.of("\uD83D\uDE00", "Nyeri"), List.of("O", "B-LOC")));

    @Test
    void shouldCountEntitiesWithTheRightTypeFirstAndLastWord() {
        assertThat(StrictF1.mean(List.of(SWAHILI), List.of(List.of(entity("PER", 0, 15), entity("LOC", 26, 31)))))
                .isEqualTo(100);
    }

    @Test
    void shouldCountNeitherOtherTypesNorOtherBorders() {
        // One of three is right, and two are missed or spurious: 2 * 1 / (2 + 2)
        assertThat(StrictF1.mean(List.of(SWAHILI), List.of(List.of(entity("PER", 0, 7), entity("LOC", 26, 31)))))
                .isEqualTo(50);
        assertThat(StrictF1.mean(List.of(SWAHILI), List.of(List.of(entity("ORG", 0, 15), entity("LOC", 26, 31)))))
                .isEqualTo(50);
    }

    @Test
    void shouldBringPiecesOfOneWordToIt() {
        assertThat(StrictF1.mean(
                        List.of(SWAHILI),
                        List.of(List.of(entity("PER", 2, 10), entity("LOC", 26, 28), entity("LOC", 28, 31)))))
                .isEqualTo(100);
    }

    @Test
    void shouldReadOffsetsAsCodePoints() {
        assertThat(StrictF1.mean(List.of(EMOJI), List.of(List.of(entity("LOC", 2, 7)))))
                .isEqualTo(100);
    }

    @Test
    void shouldWeighLanguagesAlikeHoweverManyEntitiesTheyHave() {
        // Swahili finds one of its two (2/3), English its only one.
        assertThat(StrictF1.mean(
                        List.of(SWAHILI, EMOJI), List.of(List.of(entity("LOC", 26, 31)), List.of(entity("LOC", 2, 7)))))
                .isCloseTo(100 * (2.0 / 3 + 1) / 2, within(1e-9));
    }

    @Test
    void shouldRefuseAnAnswerThatIsToAnotherText() {
        assertThatThrownBy(() -> StrictF1.mean(List.of(SWAHILI), List.of(List.of(entity("LOC", 7, 8)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is at no word of 'Wangari Maathai alizaliwa Nyeri'");
    }

    private static FoundEntity entity(String type, int start, int end) {
        return new FoundEntity(type, start, end);
    }
}
