package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.Oracle;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TestEngine;
import dev.slicer.engine.TorchProgram;
import dev.slicer.hyperparameters.Hyperparameters;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss, its gradients and the optimiser against PyTorch's. */
class SlicerObjectiveOracleTest {
    private static TorchProgram program;

    @TempDir
    Path folder;

    @BeforeAll
    static void loadProgram() {
        program = TorchProgram.load(TestEngine.options(Optional.empty()));
    }

    @AfterAll
    static void closeProgram() {
        program.close();
    }

    @ParameterizedTest
    @CsvSource({
        "bert, FP32, 1, 1e-4",
        "bert, FP32, 2, 1e-4",
        "bert, FP32, 8, 1e-4",
        "bert, FP32, 24, 1e-4",
        "xlm-roberta, FP32, 8, 1e-4",
        "xlm-roberta, FP32, 24, 1e-4",
        "bert, BF16, 8, 2e-2",
        "xlm-roberta, BF16, 24, 2e-2"
    })
    void shouldComputeTheLossOfThePaper(String architecture, Precision precision, int h, double tolerance) {
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            // Given
            Setup setup = new Setup(oracle, owner, precision, h, 0);

            // When
            double loss = setup.forward(owner).loss();

            // Then
            double expected = oracle.floats("loss.h" + h)[0];
            assertThat(Math.abs(loss - expected) / expected).isLessThan(tolerance);
        }
    }

    /** A dropout that drops nothing still goes through attention as training does, which has no kernel for it on CPUs. */
    @ParameterizedTest
    @CsvSource({
        "bert, FP32, 8, 0, 1e-4",
        "bert, FP32, 24, 0, 1e-4",
        "xlm-roberta, FP32, 8, 0, 1e-4",
        "xlm-roberta, FP32, 24, 0, 1e-4",
        "bert, FP32, 8, 1e-12, 1e-4",
        "xlm-roberta, FP32, 24, 1e-12, 1e-4",
        "bert, BF16, 8, 0, 5e-2",
        "bert, BF16, 8, 1e-12, 5e-2",
        "xlm-roberta, BF16, 24, 1e-12, 5e-2"
    })
    void shouldComputeTheGradientsOfPyTorch(
            String architecture, Precision precision, int h, double dropout, double tolerance) throws Exception {
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            // Given
            Setup setup = new Setup(oracle, owner, precision, h, dropout);

            // When
            // In fp32, as the optimiser has them.
            List<NDArray> all = new ArrayList<>(GradientPass.sums(program, owner, List.of(setup.gradients(owner))));

            // Then
            all.set(0, scattered(owner, setup, all.get(0)));
            Map<String, float[]> gradients = named(setup.parameters.withArrays(all));
            assertThat(gradients).hasSizeGreaterThan(50);
            gradients.forEach((name, gradient) -> {
                float[] expected = oracle.floats("grad.h" + h + "." + name);
                assertThat(difference(gradient, expected)).as(name).isLessThan(tolerance);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"bert", "xlm-roberta"})
    void shouldMoveTheParametersAsAdamWOfPyTorchDoes(String architecture) throws Exception {
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            // Given
            Setup setup = new Setup(oracle, owner, Precision.FP32, 8, 0);
            for (int step = 1; step <= 3; step++) {
                // When
                try (NDManager scope = program.newScope()) {
                    setup.optimiser.beforeReading(scope, setup.batch.vocabulary(), step);
                    setup.optimiser.step(scope, step, setup.batch.vocabulary(), List.of(setup.gradients(scope)));
                }
                setup.optimiser.flush(step);

                // Then
                if (step != 2) {
                    Map<String, float[]> moved = named(setup.parameters);
                    for (String name : List.of(
                            "classifier.weight",
                            "classifier.bias",
                            setup.prefix + "embeddings.word_embeddings.weight",
                            setup.prefix + "encoder.layer.0.attention.self.query.weight",
                            setup.prefix + "encoder.layer.1.attention.output.LayerNorm.weight")) {
                        float[] expected = oracle.floats("adamw.step" + step + "." + name);
                        assertThat(difference(moved.get(name), expected))
                                .as("%s after step %d", name, step)
                                .isLessThan(1e-4);
                    }
                }
            }
        }
    }

    /** Weights whose gradients are bfloat16 and come from two passes, beside such that have the sum of both in fp32. */
    @Test
    void shouldMoveWeightsThatHaveCopiesAsItMovesOthers() throws Exception {
        Oracle oracle = Oracle.of("bert");
        try (NDManager owner = program.newScope()) {
            // Given
            Setup copied = new Setup(oracle, owner, Precision.BF16, 8, 0);
            Setup plain = new Setup(oracle, owner, Precision.FP32, 8, 0);
            long[] rows = copied.batch.vocabulary();

            // When
            for (int step = 1; step <= 2; step++) {
                try (NDManager scope = program.newScope()) {
                    List<List<NDArray>> ofPasses = List.of(copied.gradients(scope), copied.gradients(scope));
                    List<NDArray> sums = GradientPass.sums(program, scope, ofPasses);
                    copied.optimiser.beforeReading(scope, rows, step);
                    copied.optimiser.step(scope, step, rows, ofPasses);
                    plain.optimiser.beforeReading(scope, rows, step);
                    plain.optimiser.step(scope, step, rows, List.of(sums));
                }
            }

            // Then
            Map<String, float[]> moved = named(copied.parameters);
            named(plain.parameters)
                    .forEach((name, expected) ->
                            assertThat(moved.get(name)).as(name).isEqualTo(expected));
            List<NDArray> afresh = WholeModel.of(program, owner, copied.parameters, true, Precision.BF16)
                    .arrays();
            List<NDArray> read = GradientPass.sums(
                    program, owner, List.of(copied.pass.model().arrays()));
            List<NDArray> expected = GradientPass.sums(program, owner, List.of(afresh));
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i).toFloatArray())
                        .as("what passes read of parameter %d", i)
                        .isEqualTo(expected.get(i).toFloatArray());
            }
        }
    }

    private record Constant(double rate, int totalSteps) implements LearningRateSchedule {
        @Override
        public double at(int step) {
            return rate;
        }
    }

    /** The oracle's batch, ready to be trained on. */
    private static final class Setup {
        final EncoderParameters parameters;
        final AdamW optimiser;
        final GradientPass pass;
        final Batch batch;
        final String prefix;

        Setup(Oracle oracle, NDManager owner, Precision precision, int h, double dropout) {
            parameters =
                    EncoderParameters.loadClassifier(program, owner, ModelFiles.in(oracle.model()), Precision.FP32);
            prefix = oracle.model().toString().contains("xlm-roberta") ? "roberta." : "bert.";
            Hyperparameters hyperparameters = Hyperparameters.defaults();
            TrainedModel model = WholeModel.of(program, owner, parameters, true, precision);
            optimiser = new AdamW(program, owner, parameters, model.copies(), hyperparameters, new Constant(1e-3, 3));
            EncoderConfig config = parameters.config();
            batch = new Batching(config, 1, 1).batch(examples(oracle), 1);
            pass = new GradientPass(program, model, precision, h, new Dropout(dropout));
        }

        GradientPass.Forward forward(NDManager scope) {
            return pass.forward(scope, batch.passes().get(0), scope.create(batch.vocabulary()), batch.labelled());
        }

        List<NDArray> gradients(NDManager scope) {
            return pass.backward(scope, forward(scope), 1);
        }
    }

    /** The sentences of the oracle's batch. */
    static List<TrainingExample> examples(Oracle oracle) {
        long[] labels = oracle.longs("labels");
        List<TrainingExample> examples = new ArrayList<>();
        List<int[]> sequences = oracle.sequences();
        for (int b = 0; b < sequences.size(); b++) {
            int[] ids = sequences.get(b);
            int[] of = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                int label = (int) labels[b * Oracle.LENGTH + i];
                of[i] = label < 0 ? TrainingExample.UNLABELLED : label;
            }
            examples.add(new TrainingExample(ids, of));
        }
        return examples;
    }

    /** The word embeddings' gradient with a row for each vocabulary entry. */
    private static NDArray scattered(NDManager owner, Setup setup, NDArray rows) {
        int d = Oracle.D;
        float[] values = rows.toFloatArray();
        float[] table = new float[(int) setup.parameters.arrays().get(0).size()];
        for (int i = 0; i < setup.batch.vocabulary().length; i++) {
            System.arraycopy(values, i * d, table, (int) setup.batch.vocabulary()[i] * d, d);
        }
        return owner.create(table, setup.parameters.arrays().get(0).getShape());
    }

    /** By HuggingFace's names, through the file that a checkpoint would have. */
    private Map<String, float[]> named(EncoderParameters parameters) throws Exception {
        Path file = Files.createTempFile(folder, "named", ".safetensors");
        Files.delete(file);
        parameters.write(file);
        Map<String, float[]> named = new HashMap<>();
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            for (String name : reader.names()) {
                FloatBuffer buffer = reader.tensor(name)
                        .data()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                named.put(name, values);
            }
        }
        return named;
    }

    /** Relative to the largest value, and absolute below 1e-2: the key biases' true gradient is zero. */
    private static double difference(float[] actual, float[] expected) {
        double magnitude = 1e-2;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            magnitude = Math.max(magnitude, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        assertThat(actual).hasSameSizeAs(expected);
        return difference / magnitude;
    }
}
