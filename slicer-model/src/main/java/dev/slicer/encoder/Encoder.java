package dev.slicer.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.Arrays;
import java.util.List;

/** Forward passes of an encoder with its classifier. Safe for use by several threads. */
public final class Encoder {
    /** Sizes of single short texts differ by so many sub-tokens, up to this one; those of fuller batches by more. */
    private static final int FINE_STEP = 4;

    private static final int FINE_UP_TO = 96;
    private static final int COARSE_STEP = 16;

    private final TorchProgram program;
    private final EncoderParameters parameters;
    private final Precision precision;

    public Encoder(TorchProgram program, EncoderParameters parameters, Precision precision) {
        this.program = program;
        this.parameters = parameters;
        this.precision = precision;
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
                            Argument.of(reals(host)))
                    .get(0);
            return Arrays.copyOf(
                    result.toFloatArray(),
                    selected.length * (int) result.getShape().get(1));
        }
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
