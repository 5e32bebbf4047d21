package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.List;

/**
 * Forward and backward passes of the SLICER objective (paper, Section 3).
 *
 * @param h slice size; d for standard fine-tuning
 */
record GradientPass(TorchProgram program, TrainedModel model, Precision precision, int h, Dropout dropout) {

    /**
     * A forward pass that waits for its backward pass.
     *
     * @param loss this pass's share of the batch's mean loss
     * @param leaves what the loss is differentiated by: all that is trained, of the word embeddings the rows [U, d]
     */
    record Forward(double loss, NDArray graph, List<NDArray> leaves) {}

    /** @param vocabulary {@link Batch#vocabulary} on the device [U] */
    Forward forward(NDManager scope, Batch.Pass pass, NDArray vocabulary, int labelled) {
        NDManager host = TorchProgram.onHost(scope);
        EncoderConfig config = model.config();
        List<NDArray> weights = model.arrays();
        long firstTrained = weights.size() - model.trained().arrays().size();
        NDList result = program.call(
                scope,
                "loss",
                true,
                Argument.of(scope.create(pass.vocabularyRows())),
                Argument.of(vocabulary),
                Argument.of(scope.create(pass.positions())),
                Argument.of(scope.create(pass.packed().rows())),
                Argument.of(pass.packed().groups(host)),
                Argument.of(scope.create(pass.selected())),
                Argument.of(scope.create(pass.labels())),
                Argument.of(scope.create(dropout.kept(pass.droppable(), pass.seed()))),
                Argument.of(weights),
                Argument.of(host.create(
                        new long[] {config.heads(), precision.scalarType(), h, firstTrained, model.adapters()})),
                Argument.of(host.create(new double[] {config.layerNormEpsilon(), dropout.scale(), labelled})));
        // Reading the loss waits for the device.
        return new Forward(result.get(0).getFloat(), result.get(0), result.subList(1, result.size()));
    }

    /**
     * @param lossScale factor on all gradients
     * @return as {@link Forward#leaves}, the scope's; of weights that are copies, in the copies' precision
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

    /**
     * Adds up the gradients of several passes, in fp32.
     *
     * @param ofPasses at least one, each as {@link #backward} answers
     */
    static List<NDArray> sums(TorchProgram program, NDManager scope, List<List<NDArray>> ofPasses) {
        NDArray passes = TorchProgram.onHost(scope).create(new long[] {ofPasses.size()});
        List<NDArray> addends = ofPasses.stream().flatMap(List::stream).toList();
        return program.call(scope, "sums", false, Argument.of(addends), Argument.of(passes));
    }
}
