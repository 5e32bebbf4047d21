package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int UNLABELLED = TrainingExample.UNLABELLED;

    @Property(tries = 200)
    void shouldKeepEachLabelWithItsSubTokenInOneOrSeveralPasses(
            @ForAll @IntRange(min = 1, max = 9) int examples,
            @ForAll @IntRange(min = 1, max = 9) int accumulation,
            @ForAll long seed) {
        // Given
        List<TrainingExample> batch = random(examples, new Random(seed));

        // When
        Batch made = Batch.of(batch, Math.min(accumulation, examples), 0);

        // Then
        List<List<Long>> expected = new ArrayList<>();
        for (TrainingExample example : batch) {
            for (int i = 0; i < example.ids().length; i++) {
                if (example.labels()[i] != UNLABELLED) {
                    expected.add(List.of((long) example.ids()[i], (long) example.labels()[i]));
                }
            }
        }
        List<List<Long>> found = new ArrayList<>();
        for (Batch.Pass pass : made.passes()) {
            for (int i = 0; i < pass.selected().length; i++) {
                int token = (int) pass.selected()[i];
                long id = made.vocabulary()[(int) pass.vocabularyRows()[token]];
                assertThat(pass.packed().ids()[token]).isEqualTo(id);
                found.add(List.of(id, pass.labels()[i]));
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(made.labelled()).isEqualTo(expected.size());
        assertThat(made.tokens())
                .isEqualTo(
                        batch.stream().mapToInt(example -> example.ids().length).sum());
        assertThat(made.vocabulary()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void shouldSplitABatchOfVeryLongSentences() {
        // Given
        TrainingExample longest = new TrainingExample(new int[400], new int[400]);

        // When
        Batch batch = Batch.of(Collections.nCopies(8, longest), 1, 0);

        // Then
        assertThat(batch.passes()).hasSize(5);
        assertThat(batch.tokens()).isEqualTo(8 * 400);
    }

    private static List<TrainingExample> random(int count, Random random) {
        List<TrainingExample> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = 1 + random.nextInt(20);
            int[] ids = random.ints(length, 0, 30).toArray();
            int[] labels = random.ints(length, UNLABELLED, 7).toArray();
            examples.add(new TrainingExample(ids, labels));
        }
        return examples;
    }
}
