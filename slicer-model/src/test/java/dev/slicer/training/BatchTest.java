package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
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

        // Then: two of them would have 320,000 pairs
        assertThat(batch.passes()).hasSize(8);
        assertThat(batch.tokens()).isEqualTo(8 * 400);
    }

    @Test
    void shouldPutWhatIsShortBesideWhatIsLongAsFarAsItFits() {
        // Given
        List<TrainingExample> examples = new ArrayList<>(Collections.nCopies(28, ofLength(12)));
        examples.addAll(Collections.nCopies(4, ofLength(512)));

        // When
        Batch batch = Batch.of(examples, 1, 0);

        // Then
        assertThat(batch.passes().stream().map(BatchTest::attentionPairs))
                .containsExactly(512L * 512, 512L * 512, 512L * 512, 512L * 512 + 28 * 12 * 12);
    }

    @Property(tries = 300)
    void shouldKeepEachPassWithinTheLimitUnlessOneSentenceAloneIsOverIt(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 700) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 4) int accumulation) {
        // When
        List<TrainingExample> examples =
                lengths.stream().map(BatchTest::ofLength).toList();
        Batch batch = Batch.of(examples, accumulation, 0);

        // Then
        for (Batch.Pass pass : batch.passes()) {
            assertThat(attentionPairs(pass) <= Batch.MAX_ATTENTION_PAIRS
                            || pass.packed().starts().length == 1)
                    .as("pairs of %s", pass.packed().groups())
                    .isTrue();
        }
        assertThat(batch.tokens())
                .isEqualTo(lengths.stream().mapToInt(Integer::intValue).sum());
    }

    @Property(tries = 100)
    void shouldLeaveWholeWhatIsWithinTheLimit(
            @ForAll @Size(min = 1, max = 32) List<@IntRange(min = 1, max = 96) Integer> lengths) {
        Batch batch = Batch.of(lengths.stream().map(BatchTest::ofLength).toList(), 1, 0);

        assertThat(batch.passes()).hasSize(1);
    }

    private static TrainingExample ofLength(int length) {
        return new TrainingExample(new int[length], new int[length]);
    }

    /** Cells of the grids that attention is computed in. */
    private static long attentionPairs(Batch.Pass pass) {
        long[] groups = pass.packed().groups();
        long pairs = 0;
        for (int group = 0; group < groups.length; group += 4) {
            long sequences = groups[group + 2];
            long longest = groups[group + 3];
            pairs += sequences * longest * longest;
        }
        return pairs;
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
