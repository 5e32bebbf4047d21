package dev.slicer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.slicer.engine.TorchProgram.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the precision of the matrix products by timing one of BERT base's on the device at hand: processors that
 * compute in bfloat16 are several times faster with it, others slower.
 */
public final class PrecisionProbe {
    private static final Logger LOG = LoggerFactory.getLogger(PrecisionProbe.class);
    /** What a lower precision has to gain on fp32 to be worth its rounding. */
    private static final double WORTHWHILE = 1.2;

    private static final int ROWS = 256;
    private static final int IN = 768;
    private static final int OUT = 3072;
    private static final int RUNS = 7;

    private PrecisionProbe() {}

    /** The precision asked for, else the fastest by measurement. */
    public static Precision choose(TorchProgram program, EngineOptions options) {
        return options.precision()
                .orElseGet(() -> fastest(program, options.gpu().isPresent()));
    }

    private static Precision fastest(TorchProgram program, boolean gpu) {
        List<Precision> candidates = new ArrayList<>(List.of(Precision.BF16));
        if (gpu) {
            candidates.add(Precision.FP16);
        }
        double reference = seconds(program, Precision.FP32);
        Precision best = Precision.FP32;
        double bestSeconds = reference / WORTHWHILE;
        StringBuilder report = new StringBuilder(String.format("fp32 %.2f ms", reference * 1e3));
        for (Precision candidate : candidates) {
            double seconds = seconds(program, candidate);
            report.append(String.format(", %s %.2f ms", candidate.name().toLowerCase(Locale.ROOT), seconds * 1e3));
            if (seconds < bestSeconds) {
                best = candidate;
                bestSeconds = seconds;
            }
        }
        LOG.info("Matrix products in {} ({} for {} x {} x {})", best, report, ROWS, IN, OUT);
        return best;
    }

    private static double seconds(TorchProgram program, Precision precision) {
        double best = Double.POSITIVE_INFINITY;
        try (NDManager scope = program.newScope()) {
            NDArray type = scope.create(new int[] {precision.scalarType()});
            NDArray weight = program.call(
                            scope,
                            "to_precision",
                            false,
                            Argument.of(scope.randomUniform(-1, 1, new Shape(OUT, IN))),
                            Argument.of(type))
                    .get(0);
            NDArray bias = scope.zeros(new Shape(OUT));
            NDArray input = scope.randomUniform(-1, 1, new Shape(ROWS, IN));
            for (int run = 0; run < RUNS; run++) {
                long start = System.nanoTime();
                program.call(
                                scope,
                                "probe",
                                false,
                                Argument.of(input),
                                Argument.of(weight),
                                Argument.of(bias),
                                Argument.of(type))
                        .get(0)
                        .getFloat(0, 0);
                best = Math.min(best, (System.nanoTime() - start) / 1e9);
            }
        }
        // The fastest run: what else the machine is doing only ever adds to a time.
        return best;
    }
}
