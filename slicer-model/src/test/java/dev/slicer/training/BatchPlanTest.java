package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BatchPlanTest {
    @Property(tries = 200)
    void shouldTrainOnEveryExampleOnceInEachEpoch(
            @ForAll @IntRange(min = 1, max = 50) int examples,
            @ForAll @IntRange(min = 1, max = 12) int batchSize,
            @ForAll long seed) {
        // Given
        List<TrainingExample> all = examples(examples);
        BatchPlan plan = new BatchPlan(all, batchSize, new Seeds(seed));

        // Then
        for (int epoch = 1; epoch <= 3; epoch++) {
            List<TrainingExample> seen = new ArrayList<>();
            for (int i = 1; i <= plan.stepsPerEpoch(); i++) {
                int step = (epoch - 1) * plan.stepsPerEpoch() + i;
                assertThat(plan.epochOf(step)).isEqualTo(epoch);
                assertThat(plan.examplesOf(step)).hasSizeBetween(1, batchSize);
                seen.addAll(plan.examplesOf(step));
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Property(tries = 200)
    void shouldGiveAStepTheSameExamplesWhateverStepsWereAskedForBefore(
            @ForAll @IntRange(min = 1, max = 40) int step, @ForAll @IntRange(min = 1, max = 40) int other) {
        // Given
        List<TrainingExample> all = examples(17);
        BatchPlan fresh = new BatchPlan(all, 3, new Seeds(42));
        BatchPlan used = new BatchPlan(all, 3, new Seeds(42));

        // When
        used.examplesOf(other);

        // Then
        assertThat(used.examplesOf(step)).isEqualTo(fresh.examplesOf(step));
    }

    private static List<TrainingExample> examples(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TrainingExample(new int[] {i}, new int[] {0}))
                .toList();
    }
}
