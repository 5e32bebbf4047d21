package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.hyperparameters.Hyperparameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamWTest {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double DECAY = 0.05;
    private static final int STEPS = 120;
    private static final int D = TinyModel.HIDDEN_SIZE;

    /** Steps that are skipped, as fp16 skips those whose gradients overflow, are none for PyTorch's AdamW. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "the first eight", "every fourth"})
    void shouldMoveRarelyTouchedWordRowsAsDenseAdamWDoes(String skipped, @TempDir Path folder) throws Exception {
        // Given
        IntPredicate skips = step -> switch (skipped) {
            case "the first eight" -> step <= 8;
            case "every fourth" -> step % 4 == 0;
            default -> false;
        };
        Path base = TinyModel.write(folder.resolve("base"));
        LearningRateSchedule schedule = LearningRateSchedule.linear(1e-3, 0.1, STEPS);
        Random random = new Random(5);
        try (TorchProgram program = TorchProgram.load(EngineOptions.defaults());
                NDManager owner = program.newScope()) {
            EncoderParameters parameters = EncoderParameters.loadEncoder(program, owner, base, 7, 1, Precision.FP32);
            NDArray words = parameters.arrays().get(0);
            float[] start = words.toFloatArray();
            AdamW optimiser = new AdamW(
                    program,
                    owner,
                    parameters,
                    Collections.nCopies(parameters.arrays().size(), Optional.empty()),
                    Hyperparameters.defaults(),
                    schedule);
            Dense dense = new Dense(start);

            // When
            for (int step = 1; step <= STEPS; step++) {
                // A common word in every batch, one in most, one in few; the others never.
                long[] rows = random.nextInt(3) > 0 ? new long[] {3, 5} : new long[] {3, 5 + random.nextInt(40)};
                float[] gradient = new float[rows.length * D];
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] = (float) (random.nextGaussian() * 0.01);
                }
                try (NDManager scope = program.newScope()) {
                    optimiser.beforeReading(scope, rows, step);
                    if (skips.test(step)) {
                        optimiser.skip(step);
                        continue;
                    }
                    List<NDArray> gradients = new ArrayList<>();
                    parameters.arrays().forEach(array -> gradients.add(scope.zeros(array.getShape())));
                    gradients.set(0, scope.create(gradient, new Shape(rows.length, D)));
                    optimiser.step(scope, step, rows, List.of(gradients));
                }
                dense.step(schedule.at(step), rows, gradient);
            }
            optimiser.flush(STEPS);

            // Then
            float[] lazy = words.toFloatArray();
            double largestMove = 0;
            double largestDifference = 0;
            for (int i = 0; i < lazy.length; i++) {
                largestMove = Math.max(largestMove, Math.abs(dense.weights[i] - start[i]));
                largestDifference = Math.max(largestDifference, Math.abs(dense.weights[i] - lazy[i]));
            }
            assertThat(largestMove).isGreaterThan(0.01);
            assertThat(largestDifference).isLessThan(largestMove * 1e-3);
        }
    }

    /** AdamW as its paper has it (Loshchilov and Hutter 2019, Algorithm 2), every weight at every step. */
    private static final class Dense {
        final double[] weights;
        private final double[] means;
        private final double[] squares;
        private int steps;

        Dense(float[] start) {
            weights = new double[start.length];
            means = new double[start.length];
            squares = new double[start.length];
            for (int i = 0; i < start.length; i++) {
                weights[i] = start[i];
            }
        }

        void step(double rate, long[] rows, float[] gradients) {
            steps++;
            double[] gradient = new double[weights.length];
            for (int r = 0; r < rows.length; r++) {
                for (int j = 0; j < D; j++) {
                    gradient[(int) rows[r] * D + j] = gradients[r * D + j];
                }
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= rate * DECAY * weights[i];
                means[i] = BETA1 * means[i] + (1 - BETA1) * gradient[i];
                squares[i] = BETA2 * squares[i] + (1 - BETA2) * gradient[i] * gradient[i];
                double mean = means[i] / (1 - Math.pow(BETA1, steps));
                double square = squares[i] / (1 - Math.pow(BETA2, steps));
                weights[i] -= rate * mean / (Math.sqrt(square) + 1e-8);
            }
        }
    }
}
