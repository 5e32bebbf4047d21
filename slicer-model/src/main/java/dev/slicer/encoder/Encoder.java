package dev.slicer.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.engine.Precision;
import dev.slicer.engine.SideBySide;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forward passes of an encoder with its classifier. Safe for use by several threads. */
public final class Encoder {
    /** Sizes of single short texts differ by so many sub-tokens, up to this one; those of fuller batches by more. */
    private static final int FINE_STEP = 4;

    private static final int FINE_UP_TO = 96;
    private static final int COARSE_STEP = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Encoder.class);

    /** Six checkpoints of mBERT have 0.012 to 0.033, and an F1 no lower for it. */
    private static final double MOST_MOVED = 0.05;

    private final TorchProgram program;
    private final EncoderParameters parameters;
    private final Precision precision;
    /** As the program takes them, made once. */
    private final double[] scales;

    public Encoder(TorchProgram program, EncoderParameters parameters, Precision precision) {
        this(program, parameters, precision, InputScales.BY_SUB_TOKEN);
    }

    private Encoder(TorchProgram program, EncoderParameters parameters, Precision precision, InputScales scales) {
        this.program = program;
        this.parameters = parameters;
        this.precision = precision;
        this.scales = scales.forProgram();
    }

    /** Of the matrix products. */
    public Precision precision() {
        return precision;
    }

    public EncoderConfig config() {
        return parameters.config();
    }

    /**
     * Log-probabilities of the labels.
     *
     * @param selected indexes among the batch's sub-tokens
     * @return [selected · labels], row by row
     */
    public float[] logProbabilities(PackedBatch batch, int[] selected) {
        try (NDManager scope = program.newScope()) {
            NDManager host = TorchProgram.onHost(scope);
            NDArray result = program.call(
                            scope,
                            "tag",
                            false,
                            Argument.of(scope.create(rounded(batch.ids()))),
                            Argument.of(scope.create(rounded(batch.positions()))),
                            Argument.of(scope.create(batch.rows())),
                            Argument.of(batch.groups(host)),
                            Argument.of(scope.create(rounded(widen(selected)))),
                            Argument.of(parameters.arrays()),
                            Argument.of(integers(host)),
                            Argument.of(reals(host)),
                            Argument.of(host.create(scales)))
                    .get(0);
            return Arrays.copyOf(
                    result.toFloatArray(),
                    selected.length * (int) result.getShape().get(1));
        }
    }

    /**
     * This encoder with the inputs of each int8 product quantised alike for all sub-tokens, by what they are like in some batches: then
     * nothing is left to do between two products. Itself where that would move its predictions by more than rounding does, and in
     * other precisions.
     */
    public Encoder scaledBy(List<PackedBatch> batches) {
        return scaledBy(batches, MOST_MOVED);
    }

    Encoder scaledBy(List<PackedBatch> batches, double mostMoved) {
        if (precision != Precision.INT8) {
            return this;
        }
        List<Seen> bySubToken = sideBySide(batches, this::seen);
        InputScales together =
                bySubToken.stream().map(Seen::scales).reduce(InputScales.BY_SUB_TOKEN, InputScales::covering);
        Encoder scaled = new Encoder(program, parameters, precision, together);
        List<float[]> alike = sideBySide(batches, scaled::ofAll);
        double moved = IntStream.range(0, batches.size())
                .mapToDouble(i -> totalVariation(bySubToken.get(i).logProbabilities(), alike.get(i)))
                .sum();
        double mean = moved / batches.stream().mapToInt(PackedBatch::tokens).sum();
        // Not where it is no number either.
        boolean bears = mean <= mostMoved;
        LOG.info(
                "int8 inputs are scaled {} (alike for all sub-tokens moves predictions by {})",
                bears ? "alike for all sub-tokens" : "for each sub-token on its own",
                String.format(Locale.ROOT, "%.3f", mean));
        return bears ? scaled : this;
    }

    private <T> List<T> sideBySide(List<PackedBatch> batches, Function<PackedBatch, T> pass) {
        return SideBySide.map(batches, program.cores(), batch -> TorchProgram.onCores(1, () -> pass.apply(batch)));
    }

    /** What a pass that scales each sub-token on its own predicts and what it multiplied. */
    private record Seen(float[] logProbabilities, InputScales scales) {}

    private Seen seen(PackedBatch batch) {
        try (NDManager scope = program.newScope()) {
            EncoderParameters measuring = InputScales.measuring(scope, parameters);
            return new Seen(new Encoder(program, measuring, precision).ofAll(batch), InputScales.of(measuring));
        }
    }

    private float[] ofAll(PackedBatch batch) {
        return logProbabilities(batch, IntStream.range(0, batch.tokens()).toArray());
    }

    /** Between two distributions, half of the sum of the differences: 0 to 1 for each sub-token, added up. */
    private static double totalVariation(float[] logProbabilities, float[] others) {
        return IntStream.range(0, others.length)
                        .mapToDouble(i -> Math.abs(Math.exp(logProbabilities[i]) - Math.exp(others[i])))
                        .sum()
                / 2;
    }

    /**
     * With zeros behind, so that batches have few different sizes: the library compiles its products for each size, and keeps those
     * of so many.
     */
    private static long[] rounded(long[] rows) {
        int step = rows.length <= FINE_UP_TO ? FINE_STEP : COARSE_STEP;
        return Arrays.copyOf(rows, (rows.length + step - 1) / step * step);
    }

    /** The embeddings' output and each layer's: [layers + 1][tokens · d]. */
    public List<float[]> hiddenStates(PackedBatch batch) {
        return byLayer("hidden_states", batch);
    }

    /**
     * The share of its attention (0 to 1, the softmax's diagonal) that each sub-token puts on itself, mean over the
     * heads: [layers][tokens].
     */
    public List<float[]> selfAttention(PackedBatch batch) {
        return byLayer("self_attention", batch);
    }

    private List<float[]> byLayer(String method, PackedBatch batch) {
        try (NDManager scope = program.newScope()) {
            NDManager host = TorchProgram.onHost(scope);
            return program
                    .call(
                            scope,
                            method,
                            false,
                            Argument.of(scope.create(batch.ids())),
                            Argument.of(scope.create(batch.positions())),
                            Argument.of(scope.create(batch.rows())),
                            Argument.of(batch.groups(host)),
                            Argument.of(parameters.arrays()),
                            Argument.of(integers(host)),
                            Argument.of(reals(host)))
                    .stream()
                    .map(NDArray::toFloatArray)
                    .toList();
        }
    }

    private NDArray integers(NDManager host) {
        return host.create(new long[] {config().heads(), precision.scalarType(), config().hiddenSize()});
    }

    private NDArray reals(NDManager host) {
        return host.create(new double[] {config().layerNormEpsilon(), 0, 1, 1});
    }

    private static long[] widen(int[] values) {
        long[] result = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}
