package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * AdamW (Loshchilov and Hutter 2019) over an encoder's parameters, with weight decay on matrices only. The word
 * embeddings, most of a multilingual encoder, are updated by the rows that a batch touches; a row's missed steps are
 * made up for in closed form before it is read again ({@link StepSizes}), so the result is dense AdamW's. On request they
 * are updated densely, or are not among the parameters.
 */
final class AdamW {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    /** Rows of the word table brought up to date at a time at the end: bounds the temporaries. */
    private static final int FLUSH_ROWS = 8192;

    /** Elements of weights with copies that are moved at a time: few enough to stay in the caches, 2 MB. */
    private static final long WORKSPACE = 1 << 19;

    private final TorchProgram program;
    private final List<NDArray> parameters;
    private final List<NDArray> means = new ArrayList<>();
    private final List<NDArray> squares = new ArrayList<>();
    /** Places of the parameters that are updated whole and have no copy, by whether they have weight decay. */
    private final Map<Boolean, List<Integer>> whole;
    /** Places of those that have a copy, all with weight decay. */
    private final List<Integer> copied;
    /** In the order of {@link #copied}. */
    private final List<NDArray> copies;

    private final Optional<NDArray> workspace;

    private final WordUpdates wordUpdates;
    private final int[] lastStepOfRow;
    private final StepSizes stepSizes;
    private final LearningRateSchedule schedule;
    private final double weightDecay;
    private final double epsilon;

    /**
     * @param owner manager that the moments belong to
     * @param parameters those that are trained: without the word embeddings where they are frozen
     * @param copiesOf what is to have the new value of each parameter, where it has a copy
     */
    AdamW(
            TorchProgram program,
            NDManager owner,
            EncoderParameters parameters,
            List<Optional<NDArray>> copiesOf,
            Hyperparameters hyperparameters,
            LearningRateSchedule schedule) {
        this.program = program;
        this.parameters = parameters.arrays();
        this.schedule = schedule;
        this.weightDecay = hyperparameters.weightDecay();
        this.epsilon = hyperparameters.adamEpsilon();
        this.stepSizes = new StepSizes(schedule, weightDecay, BETA1, BETA2, epsilon);
        this.wordUpdates = hyperparameters.wordUpdates();
        this.lastStepOfRow = new int[lazy() ? Math.toIntExact(words().getShape().get(0)) : 0];
        for (NDArray parameter : this.parameters) {
            means.add(owner.zeros(parameter.getShape()));
            squares.add(owner.zeros(parameter.getShape()));
        }
        int classifierWeight = this.parameters.size() - 2;
        boolean frozen = hyperparameters.classifier() == ClassifierMode.FROZEN;
        this.whole = IntStream.range(lazy() ? 1 : 0, this.parameters.size())
                .filter(i -> i != classifierWeight || !frozen)
                .filter(i -> copiesOf.get(i).isEmpty())
                .boxed()
                .collect(Collectors.partitioningBy(parameters::decayed));
        this.copied = IntStream.range(0, this.parameters.size())
                .filter(i -> copiesOf.get(i).isPresent())
                .boxed()
                .toList();
        this.copies = copied.stream().map(i -> copiesOf.get(i).orElseThrow()).toList();
        this.workspace = copies.stream()
                .mapToLong(NDArray::size)
                .boxed()
                .max(Comparator.naturalOrder())
                .map(elements -> owner.zeros(new Shape(2, Math.min(elements, WORKSPACE))));
    }

    private boolean lazy() {
        return wordUpdates == WordUpdates.LAZY;
    }

    private NDArray words() {
        return parameters.get(0);
    }

    /** First moments of all parameters, in their order. */
    List<NDArray> means() {
        return means;
    }

    /** Second moments of all parameters, in their order. */
    List<NDArray> squares() {
        return squares;
    }

    /**
     * Takes the parameters and moments for those after {@code step}, as they are after {@link #flush}.
     *
     * @param stepsTaken how many of the steps up to it were not skipped
     */
    void resumeAfter(int step, int stepsTaken) {
        Arrays.fill(lastStepOfRow, step);
        stepSizes.resumeAfter(step, stepsTaken);
    }

    /** Steps up to {@code step} that were not skipped. */
    int stepsTaken(int step) {
        return stepSizes.takenUntil(step);
    }

    /** Leaves all as it is: a skipped step is no step for the bias correction, the moments and the weight decay. */
    void skip(int step) {
        stepSizes.skip(step);
    }

    /** Brings the rows that a batch is about to read to where they stand after {@code step - 1}. */
    void beforeReading(NDManager scope, long[] rows, int step) {
        if (lazy()) {
            int[] last = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                last[i] = lastStepOfRow[(int) rows[i]];
            }
            catchUp(scope, rows, last, step - 1);
        }
    }

    /**
     * @param rows of the word embeddings that have a gradient, without repetition
     * @param gradients of each pass, which are added up: [rows, d] of the word embeddings unless they are frozen, then those of
     *     the other parameters
     */
    void step(NDManager scope, int step, long[] rows, List<List<NDArray>> gradients) {
        NDArray count = scope.create((float) stepSizes.take(step));
        if (lazy()) {
            program.call(
                    scope,
                    "adamw_rows",
                    false,
                    Argument.of(count),
                    Argument.of(scope.create(rows)),
                    Argument.of(sums(scope, gradients, List.of(0)).get(0)),
                    Argument.of(words()),
                    Argument.of(means.get(0)),
                    Argument.of(squares.get(0)),
                    Argument.of(reals(scope, step, weightDecay)));
            for (long row : rows) {
                lastStepOfRow[(int) row] = step;
            }
        }
        whole.forEach((decayed, places) -> {
            List<NDArray> dense = new ArrayList<>(sums(scope, gradients, places));
            if (wordUpdates == WordUpdates.DENSE && places.contains(0)) {
                dense.set(places.indexOf(0), ofTable(scope, rows, dense.get(places.indexOf(0))));
            }
            program.call(
                    scope,
                    "adamw",
                    false,
                    Argument.of(count),
                    Argument.of(at(places, parameters)),
                    Argument.of(dense),
                    Argument.of(at(places, means)),
                    Argument.of(at(places, squares)),
                    Argument.of(reals(scope, step, decayed ? weightDecay : 0)));
        });
        workspace.ifPresent(space -> program.call(
                scope,
                "adamw_copied",
                false,
                Argument.of(count),
                Argument.of(at(copied, parameters)),
                Argument.of(gradients.stream()
                        .flatMap(pass -> at(copied, pass).stream())
                        .toList()),
                Argument.of(at(copied, means)),
                Argument.of(at(copied, squares)),
                Argument.of(copies),
                Argument.of(space),
                Argument.of(reals(scope, step, weightDecay))));
    }

    private List<NDArray> sums(NDManager scope, List<List<NDArray>> gradients, List<Integer> places) {
        return GradientPass.sums(
                program, scope, gradients.stream().map(pass -> at(places, pass)).toList());
    }

    private NDArray ofTable(NDManager scope, long[] rows, NDArray gradient) {
        return program.call(
                        scope,
                        "dense_rows",
                        false,
                        Argument.of(scope.create(rows)),
                        Argument.of(gradient),
                        Argument.of(words()))
                .get(0);
    }

    private static List<NDArray> at(List<Integer> places, List<NDArray> arrays) {
        return places.stream().map(arrays::get).toList();
    }

    /** Brings every row of the word embeddings to where it stands after {@code step}. */
    void flush(int step) {
        if (!lazy()) {
            return;
        }
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
                Argument.of(words()),
                Argument.of(means.get(0)),
                Argument.of(squares.get(0)));
        for (long row : rows) {
            lastStepOfRow[(int) row] = now;
        }
    }

    private NDArray reals(NDManager scope, int step, double decay) {
        return TorchProgram.onHost(scope).create(new double[] {schedule.at(step), BETA1, BETA2, decay, epsilon});
    }
}
