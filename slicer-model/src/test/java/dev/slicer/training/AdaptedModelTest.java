package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.Oracle;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TestEngine;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Adapters beside a model that has what they add in its weights, whose loss and gradients {@link SlicerObjectiveOracleTest} compares
 * with PyTorch's.
 */
class AdaptedModelTest {
    private static final int RANK = 3;
    private static final int H = 8;
    /** alpha / r. */
    private static final double SCALE = 2;

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
    @EnumSource(value = Precision.class, mode = EnumSource.Mode.EXCLUDE, names = "INT8")
    void shouldHaveTheLossOfTheEncoderBeforeTheFirstStep(Precision precision) {
        Oracle oracle = Oracle.of("bert");
        try (NDManager owner = program.newScope()) {
            // Given
            EncoderParameters encoder = EncoderParameters.loadEncoder(program, owner, oracle.model(), 7, 1, precision);
            TrainedModel adapted =
                    new AdaptedModel(program, oracle.model(), encoder, encoder.adaptersAndClassifier(owner, RANK, 5));
            TrainedModel plain = WholeModel.of(program, owner, encoder, true, precision);

            // When, then
            assertThat(pass(oracle, owner, adapted, precision, 0.1).loss())
                    .isEqualTo(pass(oracle, owner, plain, precision, 0.1).loss());
        }
    }

    /** The chain rule: W + s B A has the gradient G, so B has s G A' and A has s B' G. */
    @ParameterizedTest
    @CsvSource({
        "bert, FP32, 0, 1e-4",
        "bert, FP32, 0.1, 1e-4",
        "xlm-roberta, FP32, 0.1, 1e-4",
        "bert, BF16, 0.1, 1e-1",
        "bert, FP16, 0.1, 1e-2"
    })
    void shouldHaveTheGradientsThatFollowFromThoseOfTheMergedWeights(
            String architecture, Precision precision, double dropout, double tolerance) {
        Oracle oracle = Oracle.of(architecture);
        try (NDManager owner = program.newScope()) {
            // Given
            EncoderParameters encoder =
                    EncoderParameters.loadClassifier(program, owner, ModelFiles.in(oracle.model()), Precision.FP32);
            EncoderParameters trained = learnt(owner, encoder);
            TrainedModel adapted = new AdaptedModel(program, oracle.model(), encoder, trained);
            TrainedModel merged = WholeModel.of(program, owner, merged(owner, encoder, trained), true, Precision.FP32);

            // When
            GradientPass.Forward forward = pass(oracle, owner, adapted, precision, dropout);
            GradientPass.Forward reference = pass(oracle, owner, merged, Precision.FP32, dropout);
            List<NDArray> gradients = backward(owner, adapted, precision, forward);
            List<NDArray> ofMerged = backward(owner, merged, Precision.FP32, reference);

            // Then
            assertThat(forward.loss()).isCloseTo(reference.loss(), within(reference.loss() * tolerance));
            int[] products = products(encoder);
            assertThat(gradients).hasSize(2 * products.length + 2);
            for (int i = 0; i < products.length; i++) {
                Matrix a = Matrix.of(trained.arrays().get(2 * i));
                Matrix b = Matrix.of(trained.arrays().get(2 * i + 1));
                Matrix g = Matrix.of(ofMerged.get(products[i]));
                int parts = a.rows() / RANK;
                for (int part = 0; part < parts; part++) {
                    Matrix ofPart = g.part(part, parts);
                    assertClose(
                            Matrix.of(gradients.get(2 * i)).part(part, parts),
                            b.part(part, parts).transposed().times(ofPart).times(SCALE),
                            tolerance,
                            "A of part " + part + " of product " + i);
                    assertClose(
                            Matrix.of(gradients.get(2 * i + 1)).part(part, parts),
                            ofPart.times(a.part(part, parts).transposed()).times(SCALE),
                            tolerance,
                            "B of part " + part + " of product " + i);
                }
            }
            for (int last = 1; last <= 2; last++) {
                float[] actual = gradients.get(gradients.size() - last).toFloatArray();
                float[] expected = ofMerged.get(ofMerged.size() - last).toFloatArray();
                assertClose(new Matrix(1, actual), new Matrix(1, expected), tolerance, "classifier");
            }
        }
    }

    @Test
    void shouldWriteAModelThatComputesTheSameWithoutAdapters() {
        Oracle oracle = Oracle.of("bert");
        try (NDManager owner = program.newScope()) {
            // Given
            EncoderParameters encoder =
                    EncoderParameters.loadEncoder(program, owner, oracle.model(), 7, 1, Precision.FP32);
            EncoderParameters trained = learnt(owner, encoder);
            TrainedModel adapted = new AdaptedModel(program, oracle.model(), encoder, trained);
            Path written = folder.resolve("model.safetensors");

            // When
            adapted.write(written);

            // Then
            EncoderParameters read = encoder.withArrays(encoder.arrays().stream()
                    .map(array -> owner.zeros(array.getShape()))
                    .toList());
            read.restore(program, written);
            TrainedModel merged = WholeModel.of(program, owner, read, true, Precision.FP32);
            assertThat(pass(oracle, owner, adapted, Precision.FP32, 0).loss())
                    .isCloseTo(pass(oracle, owner, merged, Precision.FP32, 0).loss(), within(1e-5))
                    .isNotCloseTo(
                            pass(
                                            oracle,
                                            owner,
                                            WholeModel.of(program, owner, encoder, true, Precision.FP32),
                                            Precision.FP32,
                                            0)
                                    .loss(),
                            within(1e-4));
        }
    }

    private static GradientPass.Forward pass(
            Oracle oracle, NDManager owner, TrainedModel model, Precision precision, double dropout) {
        Batch batch = new Batching(model.config(), 1, 1).batch(SlicerObjectiveOracleTest.examples(oracle), 1);
        return new GradientPass(program, model, precision, H, new Dropout(dropout))
                .forward(owner, batch.passes().get(0), owner.create(batch.vocabulary()), batch.labelled());
    }

    /** In fp32, as the optimiser has them. */
    private static List<NDArray> backward(
            NDManager owner, TrainedModel model, Precision precision, GradientPass.Forward forward) {
        List<NDArray> gradients =
                new GradientPass(program, model, precision, H, new Dropout(0)).backward(owner, forward, 1);
        return GradientPass.sums(program, owner, List.of(gradients));
    }

    /** Adapters that add something. */
    private static EncoderParameters learnt(NDManager owner, EncoderParameters encoder) {
        EncoderParameters trained = encoder.adaptersAndClassifier(owner, RANK, 5);
        Random random = new Random(6);
        for (int i = 1; i < trained.arrays().size() - 2; i += 2) {
            NDArray b = trained.arrays().get(i);
            float[] values = new float[(int) b.size()];
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) (0.1 * random.nextGaussian());
            }
            program.call(owner, "assign", true, Argument.of(b), Argument.of(owner.create(values, b.getShape())));
        }
        return trained;
    }

    /** The encoder with W + s B A for each W, computed here. */
    private static EncoderParameters merged(NDManager owner, EncoderParameters encoder, EncoderParameters trained) {
        List<NDArray> arrays = new ArrayList<>(encoder.arrays());
        int[] products = products(encoder);
        for (int i = 0; i < products.length; i++) {
            NDArray weight = arrays.get(products[i]);
            Matrix a = Matrix.of(trained.arrays().get(2 * i));
            Matrix b = Matrix.of(trained.arrays().get(2 * i + 1));
            float[] values = weight.toFloatArray();
            int parts = a.rows() / RANK;
            for (int part = 0; part < parts; part++) {
                float[] added = b.part(part, parts).times(a.part(part, parts)).values();
                for (int j = 0; j < added.length; j++) {
                    values[part * added.length + j] += SCALE * added[j];
                }
            }
            arrays.set(products[i], owner.create(values, weight.getShape()));
        }
        return encoder.withArrays(arrays);
    }

    private static int[] products(EncoderParameters encoder) {
        return IntStream.range(0, encoder.arrays().size())
                .filter(encoder::isOfProduct)
                .toArray();
    }

    /** Relative to the largest value. */
    private static void assertClose(Matrix actual, Matrix expected, double tolerance, String what) {
        double magnitude = 1e-3;
        double difference = 0;
        assertThat(actual.values()).as(what).hasSameSizeAs(expected.values());
        for (int i = 0; i < expected.values().length; i++) {
            magnitude = Math.max(magnitude, Math.abs(expected.values()[i]));
            difference = Math.max(difference, Math.abs(actual.values()[i] - expected.values()[i]));
        }
        assertThat(difference / magnitude).as(what).isLessThan(tolerance);
    }

    private record Matrix(int rows, float[] values) {
        static Matrix of(NDArray array) {
            return new Matrix((int) array.getShape().get(0), array.toFloatArray());
        }

        int columns() {
            return values.length / rows;
        }

        Matrix part(int part, int parts) {
            int size = values.length / parts;
            float[] its = new float[size];
            System.arraycopy(values, part * size, its, 0, size);
            return new Matrix(rows / parts, its);
        }

        Matrix transposed() {
            float[] its = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                its[i % columns() * rows + i / columns()] = values[i];
            }
            return new Matrix(columns(), its);
        }

        Matrix times(Matrix other) {
            float[] product = new float[rows * other.columns()];
            for (int i = 0; i < product.length; i++) {
                double sum = 0;
                for (int k = 0; k < columns(); k++) {
                    sum += (double) values[i / other.columns() * columns() + k]
                            * other.values[k * other.columns() + i % other.columns()];
                }
                product[i] = (float) sum;
            }
            return new Matrix(rows, product);
        }

        Matrix times(double factor) {
            float[] scaled = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                scaled[i] = (float) (factor * values[i]);
            }
            return new Matrix(rows, scaled);
        }
    }
}
