package dev.slicer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the precision of the matrix products by timing one of BERT base's on the device that is used: processors that
 * compute in bfloat16 are several times faster with it, others slower. The choice is made once per process and device,
 * so that every model of a process is computed alike.
 */
public final class PrecisionProbe {
    private static final Logger LOG = LoggerFactory.getLogger(PrecisionProbe.class);
    private static final Map<Question, Precision> CHOICES = new ConcurrentHashMap<>();

    /** What a lower precision has to gain to be worth its rounding. */
    private static final double WORTHWHILE = 1.2;

    private static final int ROWS = 128;
    private static final int IN = 768;
    private static final int OUT = 3072;
    private static final int ROUNDS = 12;

    /** Scale and zero of numbers from -1 to 1. */
    private static final double[] SCALE_OF_INPUT = {2 / 255.0, 128};

    private PrecisionProbe() {}

    /**
     * A question that is answered by one measurement.
     *
     * @param packed whether weights are only read, so that they are packed where that is faster
     */
    private record Question(OptionalInt gpu, List<Precision> candidates, boolean packed) {}

    /**
     * The precision asked for, else the fastest by measurement of the floating-point ones, and of int8 where that is allowed.
     *
     * @throws IllegalArgumentException where int8 is asked for and cannot be computed
     */
    public static Precision forTagging(TorchProgram program, EngineOptions options) {
        boolean int8 = program.packs(Precision.INT8);
        if (!int8 && options.precision().equals(Optional.of(Precision.INT8))) {
            throw new IllegalArgumentException(
                    options.gpu().isPresent()
                            ? "precision int8 is for CPUs, not for GPU "
                                    + options.gpu().getAsInt()
                            : "precision int8 needs oneDNN, without which PyTorch was built for this processor");
        }
        return choose(program, options, options.allowInt8() && int8, true);
    }

    /** The precision asked for, else the fastest of the floating-point ones by measurement with weights that change. */
    public static Precision forTraining(TorchProgram program, EngineOptions options) {
        return choose(program, options, false, false);
    }

    private static Precision choose(TorchProgram program, EngineOptions options, boolean int8, boolean packed) {
        List<Precision> candidates = new ArrayList<>(List.of(Precision.FP32, Precision.BF16));
        if (options.gpu().isPresent()) {
            candidates.add(Precision.FP16);
        }
        if (int8) {
            candidates.add(Precision.INT8);
        }
        Question question = new Question(options.gpu(), List.copyOf(candidates), packed);
        return options.precision().orElseGet(() -> CHOICES.computeIfAbsent(question, any -> fastest(program, any)));
    }

    private static Precision fastest(TorchProgram program, Question question) {
        List<Precision> candidates = question.candidates();
        double[] seconds = TorchProgram.onCores(1, () -> measure(program, candidates, question.packed()));
        int best = 0;
        StringBuilder report = new StringBuilder();
        for (int i = 0; i < seconds.length; i++) {
            report.append(i == 0 ? "" : ", ")
                    .append(String.format(Locale.ROOT, "%s %.2f ms", candidates.get(i), seconds[i] * 1e3));
            // int8 rounds more than bfloat16, which it has to beat as well.
            double beaten = candidates.get(i) == Precision.INT8 ? seconds[best] : seconds[0];
            if (seconds[i] * WORTHWHILE < beaten && seconds[i] < seconds[best]) {
                best = i;
            }
        }
        LOG.info(
                "Matrix products in {} (measured for [{}, {}] x [{}, {}]: {})",
                candidates.get(best),
                ROWS,
                IN,
                IN,
                OUT,
                report);
        return candidates.get(best);
    }

    /**
     * Seconds of one product in each precision: the fastest of several rounds taken in turn, since whatever else the
     * machine is doing only ever adds to a time.
     */
    private static double[] measure(TorchProgram program, List<Precision> candidates, boolean packed) {
        double[] seconds = new double[candidates.size()];
        try (NDManager scope = program.newScope()) {
            NDArray weight = scope.randomUniform(-1, 1, new Shape(OUT, IN));
            NDArray bias = scope.zeros(new Shape(OUT));
            NDArray input = scope.randomUniform(-1, 1, new Shape(ROWS, IN));
            List<NDArray> types = new ArrayList<>();
            List<NDArray> scales = new ArrayList<>();
            List<NDArray> weights = new ArrayList<>();
            List<NDArray> biases = new ArrayList<>();
            for (Precision precision : candidates) {
                NDArray type = scope.create(new int[] {precision.scalarType()});
                types.add(type);
                scales.add(scope.create(precision == Precision.INT8 ? SCALE_OF_INPUT : new double[0]));
                if (packed && program.packs(precision)) {
                    NDList parts = program.pack(scope, precision, weight, bias);
                    weights.add(parts.get(0));
                    biases.add(parts.get(1));
                } else {
                    weights.add(program.call(scope, "to_precision", false, Argument.of(weight), Argument.of(type))
                            .get(0));
                    biases.add(bias);
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < seconds.length; i++) {
                    long start = System.nanoTime();
                    program.call(
                                    scope,
                                    "probe",
                                    false,
                                    Argument.of(input),
                                    Argument.of(weights.get(i)),
                                    Argument.of(biases.get(i)),
                                    Argument.of(types.get(i)),
                                    Argument.of(scales.get(i)))
                            .get(0)
                            .getFloat(0, 0);
                    double took = (System.nanoTime() - start) / 1e9;
                    seconds[i] = round == 0 ? took : Math.min(seconds[i], took);
                }
            }
        }
        return seconds;
    }
}
