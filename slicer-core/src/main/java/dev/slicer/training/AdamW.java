package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * AdamW (Loshchilov and Hutter 2019) over an encoder's parameters, with weight decay on matrices only. The word
 * embeddings, most of a multilingual encoder, are updated by the rows that a batch touches; a row's missed steps are
 * made up for in closed form before it is read again ({@link StepSizes}), so the result is dense AdamW's.
 */
final class AdamW {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    /** Rows of the word table brought up to date at a time at the end: bounds the temporaries. */
    private static final int FLUSH_ROWS = 8192;

    private final TorchProgram program;
    private final NDArray words;
    private final NDArray wordMeans;
    private final NDArray wordSquares;
    private final int[] lastStepOfRow;
    private final StepSizes stepSizes;
    private final LearningRateSchedule schedule;
    private final double weightDecay;
    private final double epsilon;
    private final List<NDArray> gradients = new ArrayList<>();
    private final Group decayed = new Group();
    private final Group undecayed = new Group();

    /** Parameters that share a weight decay. */
    private static final class Group {
        final List<NDArray> parameters = new ArrayList<>();
        final List<NDArray> gradients = new ArrayList<>();
        final List<NDArray> means = new ArrayList<>();
        final List<NDArray> squares = new ArrayList<>();
    }

    /** @param owner manager that the gradients and moments belong to */
    AdamW(
            TorchProgram program,
            NDManager owner,
            EncoderParameters parameters,
            Hyperparameters hyperparameters,
            LearningRateSchedule schedule) {
        this.program = program;
        this.schedule = schedule;
        this.weightDecay = hyperparameters.weightDecay();
        this.epsilon = hyperparameters.adamEpsilon();
        this.stepSizes = new StepSizes(schedule, weightDecay, BETA1, BETA2, epsilon);
        List<NDArray> arrays = parameters.arrays();
        this.words = arrays.get(0);
        this.wordMeans = owner.zeros(words.getShape());
        this.wordSquares = owner.zeros(words.getShape());
        this.lastStepOfRow = new int[Math.toIntExact(words.getShape().get(0))];
        int classifierWeight = arrays.size() - 2;
        for (int i = 1; i < arrays.size(); i++) {
            Shape shape = arrays.get(i).getShape();
            NDArray gradient = owner.zeros(shape);
            gradients.add(gradient);
            if (i == classifierWeight && hyperparameters.classifier() == Hyperparameters.ClassifierMode.FROZEN) {
                continue;
            }
            Group group = parameters.decayed(i) ? decayed : undecayed;
            group.parameters.add(arrays.get(i));
            group.gradients.add(gradient);
            group.means.add(owner.zeros(shape));
            group.squares.add(owner.zeros(shape));
        }
    }

    /** Sums of the gradients of all parameters but the word embeddings since the last step. */
    List<NDArray> gradients() {
        return gradients;
    }

    /** Brings the rows that a batch is about to read to where they stand after {@code step - 1}. */
    void beforeReading(NDManager scope, long[] rows, int step) {
        int[] last = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            last[i] = lastStepOfRow[(int) rows[i]];
        }
        catchUp(scope, rows, last, step - 1);
    }

    /**
     * @param rows of the word embeddings that have a gradient, without repetition
     * @param rowGradients [rows, d]
     */
    void step(NDManager scope, int step, long[] rows, NDArray rowGradients) {
        NDArray count = scope.create((float) step);
        update(scope, count, decayed, reals(scope, step, weightDecay));
        update(scope, count, undecayed, reals(scope, step, 0));
        program.call(
                scope,
                "adamw_rows",
                false,
                Argument.of(count),
                Argument.of(scope.create(rows)),
                Argument.of(rowGradients),
                Argument.of(words),
                Argument.of(wordMeans),
                Argument.of(wordSquares),
                Argument.of(reals(scope, step, weightDecay)));
        for (long row : rows) {
            lastStepOfRow[(int) row] = step;
        }
    }

    /** Brings every row of the word embeddings to where it stands after {@code step}. */
    void flush(int step) {
        for (int from = 0; from < lastStepOfRow.length; from += FLUSH_ROWS) {
            int to = Math.min(from + FLUSH_ROWS, lastStepOfRow.length);
            long[] rows = IntStream.range(from, to).asLongStream().toArray();
            try (NDManager scope = program.newScope()) {
                catchUp(scope, rows, Arrays.copyOfRange(lastStepOfRow, from, to), step);
            }
        }
    }

    private void catchUp(NDManager scope, long[] rows, int[] last, int now) {
        program.call(
                scope,
                "catch_up",
                false,
                Argument.of(scope.create(rows)),
                Argument.of(scope.create(stepSizes.between(last, now), new Shape(rows.length, StepSizes.FACTORS))),
                Argument.of(words),
                Argument.of(wordMeans),
                Argument.of(wordSquares));
        for (long row : rows) {
            lastStepOfRow[(int) row] = now;
        }
    }

    private void update(NDManager scope, NDArray count, Group group, NDArray reals) {
        program.call(
                scope,
                "adamw",
                false,
                Argument.of(count),
                Argument.of(group.parameters),
                Argument.of(group.gradients),
                Argument.of(group.means),
                Argument.of(group.squares),
                Argument.of(reals));
    }

    private NDArray reals(NDManager scope, int step, double decay) {
        return scope.create(new double[] {schedule.at(step), BETA1, BETA2, decay, epsilon});
    }
}
