package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.encoder.PackedBatch;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.Arrays;
import java.util.List;

/**
 * Forward and backward passes of the SLICER objective (paper, Section 3).
 *
 * @param h slice size; d for standard fine-tuning
 */
record GradientPass(TorchProgram program, EncoderParameters parameters, Precision precision, int h, double dropout) {

    /**
     * @param loss this pass's share of the batch's mean loss
     * @param wordGradients [rows, d], for the rows of {@link VocabularyRows#unique}
     */
    record Result(double loss, NDArray wordGradients) {}

    /**
     * @param unique {@link VocabularyRows#unique} on the device
     * @param sums receives the gradients of all parameters but the word embeddings, added to what is there
     * @param denominator labelled sub-tokens of the whole batch
     * @param lossScale factor on all gradients
     */
    Result run(
            NDManager scope,
            List<TrainingExample> examples,
            VocabularyRows vocabulary,
            NDArray unique,
            List<NDArray> sums,
            int denominator,
            double lossScale) {
        EncoderConfig config = parameters.config();
        PackedBatch packed =
                PackedBatch.of(examples.stream().map(TrainingExample::ids).toList(), config.positionOffset());
        long[] selected = new long[packed.tokens()];
        long[] labels = new long[packed.tokens()];
        int count = 0;
        for (int i = 0; i < examples.size(); i++) {
            int[] of = examples.get(i).labels();
            for (int j = 0; j < of.length; j++) {
                if (of[j] != TrainingExample.UNLABELLED) {
                    selected[count] = packed.starts()[i] + j;
                    labels[count++] = of[j];
                }
            }
        }
        NDList result = program.call(
                scope,
                "gradients",
                true,
                Argument.of(scope.create(vocabulary.rowsOf(packed.ids()))),
                Argument.of(unique),
                Argument.of(scope.create(packed.positions())),
                Argument.of(scope.create(packed.rows())),
                Argument.of(packed.groups(scope)),
                Argument.of(scope.create(Arrays.copyOf(selected, count))),
                Argument.of(scope.create(Arrays.copyOf(labels, count))),
                Argument.of(parameters.arrays()),
                Argument.of(sums),
                Argument.of(scope.create(new long[] {config.heads(), precision.scalarType(), h})),
                Argument.of(scope.create(new double[] {config.layerNormEpsilon(), dropout, denominator, lossScale})));
        return new Result(result.get(0).getFloat(), result.get(1));
    }
}
