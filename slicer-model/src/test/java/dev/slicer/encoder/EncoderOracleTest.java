package dev.slicer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TestEngine;
import dev.slicer.engine.TorchProgram;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tolerances are those of the correctness oracle: 1e-4 in fp32, 2e-2 relative in bfloat16. */
class EncoderOracleTest {
    private static TorchProgram program;

    @BeforeAll
    static void loadProgram() {
        program = TorchProgram.load(TestEngine.options(Optional.empty()));
    }

    @AfterAll
    static void closeProgram() {
        program.close();
    }

    @ParameterizedTest
    @CsvSource({"bert, FP32, 1e-4", "xlm-roberta, FP32, 1e-4", "bert, BF16, 2e-2", "xlm-roberta, BF16, 2e-2"})
    void shouldComputeTheHiddenStatesOfTransformers(String architecture, Precision precision, double tolerance) {
        // Given
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            Encoder encoder = load(oracle, owner, precision);

            // When
            PackedBatch batch = batch(oracle, encoder);
            List<float[]> states = encoder.hiddenStates(batch);

            // Then
            assertThat(states).hasSize(encoder.config().layers() + 1);
            for (int layer = 0; layer < states.size(); layer++) {
                float[] expected = oracle.packed(oracle.floats("hidden_states." + layer), Oracle.D, batch);
                assertThat(Oracle.relativeError(states.get(layer), expected))
                        .as("layer %d", layer)
                        .isLessThan(tolerance);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert, FP32, 1e-4",
        "xlm-roberta, FP32, 1e-4",
        "bert, BF16, 2e-2",
        "xlm-roberta, BF16, 2e-2",
        "bert, INT8, 5e-2",
        "xlm-roberta, INT8, 5e-2"
    })
    void shouldComputeTheLogProbabilitiesOfTransformers(String architecture, Precision precision, double tolerance) {
        assumeThat(precision != Precision.INT8 || program.packs(precision))
                .as("int8 is computed here")
                .isTrue();
        // Given
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            Encoder encoder = load(oracle, owner, precision);
            PackedBatch batch = batch(oracle, encoder);

            // When
            float[] logProbabilities = encoder.logProbabilities(
                    batch, IntStream.range(0, batch.tokens()).toArray());

            // Then
            float[] expected = logSoftmax(oracle.packed(oracle.floats("logits"), 7, batch), 7);
            assertThat(Oracle.relativeError(logProbabilities, expected)).isLessThan(tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"bert, 5e-2", "xlm-roberta, 5e-2"})
    void shouldComputeTheSameInInt8WithInputsScaledAlike(String architecture, double tolerance) {
        assumeThat(program.packs(Precision.INT8)).as("int8 is computed here").isTrue();
        // Given
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            Encoder bySubToken = load(oracle, owner, Precision.INT8);
            PackedBatch batch = batch(oracle, bySubToken);

            // When
            Encoder alike = bySubToken.scaledBy(List.of(batch));

            // Then
            assertThat(alike).isNotSameAs(bySubToken);
            float[] logProbabilities = alike.logProbabilities(
                    batch, IntStream.range(0, batch.tokens()).toArray());
            float[] expected = logSoftmax(oracle.packed(oracle.floats("logits"), 7, batch), 7);
            assertThat(Oracle.relativeError(logProbabilities, expected)).isLessThan(tolerance);
        }
    }

    @Test
    void shouldScaleEachSubTokenOnItsOwnWherePredictionsWouldMove() {
        assumeThat(program.packs(Precision.INT8)).as("int8 is computed here").isTrue();
        // Given
        Oracle oracle = Oracle.of("bert");
        try (NDManager owner = program.newScope()) {
            Encoder bySubToken = load(oracle, owner, Precision.INT8);

            // When
            Encoder kept = bySubToken.scaledBy(List.of(batch(oracle, bySubToken)), 0);

            // Then
            assertThat(kept).isSameAs(bySubToken);
        }
    }

    @ParameterizedTest
    @CsvSource({"bert, FP32, 1e-4", "xlm-roberta, FP32, 1e-4", "bert, BF16, 2e-2", "xlm-roberta, BF16, 2e-2"})
    void shouldComputeTheSelfAttentionOfTransformers(String architecture, Precision precision, double tolerance) {
        // Given the encoder without the classifier that the model has
        Oracle oracle = Oracle.of(architecture);
        EngineOptions options = TestEngine.options(Optional.of(precision));
        try (LoadedEncoder loaded = LoadedEncoder.open(ModelFiles.in(oracle.model()), options)) {
            // When
            List<float[]> shares = loaded.encoder().selfAttention(batch(oracle, loaded.encoder()));

            // Then
            float[] means = new float[shares.size()];
            for (int layer = 0; layer < means.length; layer++) {
                float[] ofTokens = shares.get(layer);
                assertThat(ofTokens).hasSize(17 + 9 + 3 + 13 + 6);
                means[layer] = (float) IntStream.range(0, ofTokens.length)
                        .mapToDouble(token -> ofTokens[token])
                        .average()
                        .orElseThrow();
            }
            assertThat(Oracle.relativeError(means, oracle.floats("self_attention")))
                    .isLessThan(tolerance);
        }
    }

    private static Encoder load(Oracle oracle, NDManager owner, Precision precision) {
        return new Encoder(
                program,
                EncoderParameters.loadClassifier(program, owner, ModelFiles.in(oracle.model()), precision),
                precision);
    }

    private static PackedBatch batch(Oracle oracle, Encoder encoder) {
        return PackedBatch.of(oracle.sequences(), encoder.config().positionOffset());
    }

    private static float[] logSoftmax(float[] logits, int classes) {
        float[] result = new float[logits.length];
        for (int row = 0; row < logits.length; row += classes) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[row + c]);
            }
            for (int c = 0; c < classes; c++) {
                result[row + c] = (float) (logits[row + c] - Math.log(sum));
            }
        }
        return result;
    }
}
