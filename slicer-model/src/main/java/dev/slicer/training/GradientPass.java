package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.List;

/**
 * Forward and backward passes of the SLICER objective (paper, Section 3).
 *
 * @param h slice size; d for standard fine-tuning
 * @param wordsTrained whether the word embeddings are trained
 */
record GradientPass(
        TorchProgram program,
        EncoderParameters parameters,
        Precision precision,
        int h,
        double dropout,
        boolean wordsTrained) {

    /**
     * A forward pass that waits for its backward pass.
     *
     * @param loss this pass's share of the batch's mean loss
     * @param leaves what the loss is differentiated by: word embeddings' rows [U, d] unless they are frozen, then the
     *     other parameters
     */
    record Forward(double loss, NDArray graph, List<NDArray> leaves) {}

    /** @param vocabulary {@link Batch#vocabulary} on the device [U] */
    Forward forward(NDManager scope, Batch.Pass pass, NDArray vocabulary, int labelled) {
        EncoderConfig config = parameters.config();
        NDManager host = TorchProgram.onHost(scope);
        NDList result = program.call(
                scope,
                "loss",
                true,
                Argument.of(scope.create(pass.vocabularyRows())),
                Argument.of(vocabulary),
                Argument.of(scope.create(pass.packed().positions())),
                Argument.of(scope.create(pass.packed().rows())),
                Argument.of(pass.packed().groups(host)),
                Argument.of(scope.create(pass.selected())),
                Argument.of(scope.create(pass.labels())),
                Argument.of(parameters.arrays()),
                Argument.of(host.create(new long[] {config.heads(), precision.scalarType(), h, wordsTrained ? 0 : 1})),
                Argument.of(host.create(new double[] {config.layerNormEpsilon(), dropout, labelled})));
        // Reading the loss waits for the device.
        return new Forward(result.get(0).getFloat(), result.get(0), result.subList(1, result.size()));
    }

    /**
     * @param lossScale factor on all gradients
     * @return as {@link Forward#leaves}, the scope's
     */
    List<NDArray> backward(NDManager scope, Forward forward, double lossScale) {
        NDList gradients = program.call(
                scope,
                "backward",
                true,
                Argument.of(forward.graph()),
                Argument.of(forward.leaves()),
                Argument.of(TorchProgram.onHost(scope).create(new double[] {lossScale})));
        // On a GPU this waits until the gradients are there.
        forward.graph().getFloat();
        return gradients;
    }

    /** Adds the gradients of one pass to those of the step's passes before. */
    void accumulate(NDManager scope, List<NDArray> sums, List<NDArray> gradients) {
        program.call(scope, "accumulate", false, Argument.of(sums), Argument.of(gradients));
    }
}
