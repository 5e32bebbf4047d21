package dev.slicer.benchmarks.servers;

import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.Answers.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** One server under more and more load, up to the first rung that it does not keep up with. */
public final class Ladder {
    /** Requests a second. */
    public static final double[] RATES = {5, 10, 20, 40, 60, 80, 100, 120, 160, 200, 250, 300, 400, 500};

    /** Fewer of them. */
    public static final double[] QUICK_RATES = {10, 40, 80, 160, 300, 500};

    private final DoubleFunction<Rung> measure;
    private final List<Rung> rungs = new ArrayList<>();

    /**
     * One load and how the server bore it.
     *
     * @param rate requests a second as planned
     * @param offered requests a second as sent
     * @param throughput accepted requests a second that were answered before the last one was sent
     * @param p50 milliseconds, of accepted requests; empty where none was accepted
     * @param refused share answered with 429
     * @param failed share answered otherwise, or not at all
     */
    public record Rung(
            double rate,
            double offered,
            double throughput,
            OptionalDouble p50,
            OptionalDouble p99,
            double refused,
            double failed) {
        private static final double KEPT_UP = 0.9;
        private static final double TOO_MANY = 0.01;

        public static Rung of(double rate, Answers answers, Instant start, Duration time) {
            double seconds = time.toNanos() / 1e9;
            Instant end = start.plus(time);
            int count = Math.max(1, answers.count());
            return new Rung(
                    rate,
                    answers.count() / seconds,
                    answers.count(answer -> answer.accepted() && !answer.done().isAfter(end)) / seconds,
                    answers.percentile(0.5),
                    answers.percentile(0.99),
                    answers.count(Answer::refused) / (double) count,
                    answers.count(Answer::failed) / (double) count);
        }

        /** Whether more came in than went out. */
        boolean saturated() {
            return throughput < KEPT_UP * offered || refused + failed > TOO_MANY;
        }
    }

    public Ladder(DoubleFunction<Rung> measure) {
        this.measure = measure;
    }

    public boolean goesOn() {
        return rungs.isEmpty() || !rungs.get(rungs.size() - 1).saturated();
    }

    public Rung climb(double rate) {
        Rung rung = measure.apply(rate);
        rungs.add(rung);
        return rung;
    }

    /** The most that the server accepted and answered in a second. */
    public double saturation() {
        return rungs.stream().mapToDouble(Rung::throughput).max().orElseThrow();
    }
}
