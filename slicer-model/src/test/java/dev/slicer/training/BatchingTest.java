package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.encoder.EncoderConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchingTest {
    private static final int UNLABELLED = TrainingExample.UNLABELLED;
    private static final EncoderConfig ENCODER =
            new EncoderConfig(EncoderConfig.Architecture.BERT, 8, 2, 4, 16, 1000, 600, 0, 1e-12, Optional.empty());

    @Property(tries = 200)
    void shouldKeepEachLabelWithItsSubTokenInOneOrSeveralPasses(
            @ForAll @IntRange(min = 1, max = 9) int examples,
            @ForAll @IntRange(min = 1, max = 9) int accumulation,
            @ForAll @IntRange(min = 1, max = 4) int sideBySide,
            @ForAll long seed) {
        // Given
        List<TrainingExample> batch = random(examples, new Random(seed));

        // When
        Batch made = batching(accumulation, sideBySide).batch(batch, seed);

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
            for (int i = 0; i < pass.selected().length && pass.labels()[i] != -100; i++) {
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
        Batch batch = batching(1, 1).batch(Collections.nCopies(8, longest), 1);

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
        Batch batch = batching(1, 1).batch(examples, 1);

        // Then
        assertThat(batch.passes().stream().map(pass -> pass.packed().attentionPairs()))
                .containsExactly(512L * 512 + 28 * 12 * 12, 512L * 512, 512L * 512, 512L * 512);
    }

    @Property(tries = 300)
    void shouldKeepEachPassWithinTheLimitUnlessOneSentenceAloneIsOverIt(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 700) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 4) int accumulation) {
        // When
        List<TrainingExample> examples =
                lengths.stream().map(BatchingTest::ofLength).toList();
        Batch batch = batching(accumulation, 1).batch(examples, 1);

        // Then
        for (Batch.Pass pass : batch.passes()) {
            assertThat(pass.packed().attentionPairs() <= Batching.MAX_ATTENTION_PAIRS
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
        Batch batch = batching(1, 1)
                .batch(lengths.stream().map(BatchingTest::ofLength).toList(), 1);

        assertThat(batch.passes()).hasSize(1);
    }

    private static TrainingExample ofLength(int length) {
        return new TrainingExample(new int[length], new int[length]);
    }

    @Property(tries = 100)
    void shouldFillPassesUpToFewSizes(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 60) Integer> lengths) {
        // When
        Batch batch = batching(1, 2)
                .batch(lengths.stream().map(BatchingTest::ofLength).toList(), 1);

        // Then
        for (Batch.Pass pass : batch.passes()) {
            int tokens = pass.packed().tokens();
            assertThat(pass.positions())
                    .hasSize((tokens + 15) / 16 * 16)
                    .startsWith(pass.packed().positions());
            assertThat(pass.vocabularyRows()).hasSameSizeAs(pass.positions());
            assertThat(pass.selected()).hasSameSizeAs(pass.positions());
            assertThat(pass.labels()).hasSameSizeAs(pass.selected());
            assertThat(Arrays.stream(pass.labels())
                            .filter(label -> label == -100)
                            .count())
                    .isEqualTo(pass.positions().length - tokens);
        }
    }

    @Property(tries = 200)
    void shouldShareABatchEquallyAmongPassesThatAreComputedAtOnce(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 60) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 8) int sideBySide) {
        // When
        Batch batch = batching(1, sideBySide)
                .batch(lengths.stream().map(BatchingTest::ofLength).toList(), 1);

        // Then
        assertThat(batch.rounds()).hasSize(1);
        List<Integer> tokens =
                batch.passes().stream().map(pass -> pass.packed().tokens()).toList();
        assertThat(tokens).hasSize(Math.min(sideBySide, lengths.size()));
        assertThat(Collections.max(tokens) - Collections.min(tokens)).isLessThanOrEqualTo(Collections.max(lengths));
    }

    @Test
    void shouldComputeNoMorePassesAtOnceThanItIsTold() {
        // Given: each is a pass of its own
        List<TrainingExample> longest = Collections.nCopies(7, ofLength(510));

        // When
        Batch batch = batching(1, 3).batch(longest, 1);

        // Then
        assertThat(batch.rounds().stream().map(List::size)).containsExactly(3, 3, 1);
    }

    @Test
    void shouldCountTheElementsThatDropoutMayDrop() {
        // Given: the second sub-token of the first sentence has no label
        List<TrainingExample> examples =
                List.of(new TrainingExample(new int[] {5, 6, 7}, new int[] {0, UNLABELLED, 1}), ofLength(2));
        Batching batching = new Batching(ENCODER, 1, 1);

        // When
        Batch batch = batching.batch(examples, 1);

        // Then: embeddings, two outputs of each of two layers, of the last for the labelled only, and these once more;
        // all rounded up.
        // Attention in a grid of two sentences of three.
        int vectors = 16 + (16 + 16) + (16 + 16) + 16;
        int pairs = 2 * (2 * 3 * 3);
        assertThat(batch.passes().get(0).droppable()).isEqualTo(8 * vectors + 4 * pairs);
    }

    @Test
    void shouldIgnoreAllOfAPassWithoutALabel() {
        // Given: nothing but the special tokens
        TrainingExample empty = new TrainingExample(new int[] {5, 6}, new int[] {UNLABELLED, UNLABELLED});

        // When
        Batch.Pass pass = batching(1, 1).batch(List.of(empty), 1).passes().get(0);

        // Then: none selected would have all classified
        assertThat(pass.selected()).hasSize(16);
        assertThat(pass.labels()).hasSize(16).containsOnly(-100);
    }

    @Test
    void shouldGiveEachPassASeedOfItsOwn() {
        // Given
        List<TrainingExample> examples = Collections.nCopies(4, ofLength(5));

        // When
        List<Long> seeds = seeds(batching(2, 2).batch(examples, 1));

        // Then
        assertThat(seeds).hasSize(4).doesNotHaveDuplicates();
        assertThat(seeds(batching(2, 2).batch(examples, 1))).isEqualTo(seeds);
        assertThat(seeds(batching(2, 2).batch(examples, 2))).doesNotContainAnyElementsOf(seeds);
    }

    private static List<Long> seeds(Batch batch) {
        return batch.passes().stream().map(Batch.Pass::seed).toList();
    }

    private static Batching batching(int accumulation, int sideBySide) {
        return new Batching(ENCODER, accumulation, sideBySide);
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
