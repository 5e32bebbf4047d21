package dev.slicer.benchmarks.workload;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** Requests and how they were answered. */
public record Answers(List<Answer> all) {
    public Answers {
        all = List.copyOf(all);
    }

    /**
     * One request and its answer.
     *
     * @param due when it was to be sent, which with an open loop is no later than it was sent
     * @param latency from then to the whole answer
     * @param status of HTTP; {@link #NONE} where no answer came
     */
    public record Answer(Instant due, Duration latency, int status) {
        public static final int NONE = 0;

        public boolean accepted() {
            return status == 200;
        }

        public boolean refused() {
            return status == 429;
        }

        public boolean failed() {
            return !accepted() && !refused();
        }

        public Instant done() {
            return due.plus(latency);
        }
    }

    public Answers where(Predicate<Answer> condition) {
        return new Answers(all.stream().filter(condition).toList());
    }

    public int count() {
        return all.size();
    }

    public int count(Predicate<Answer> condition) {
        return (int) all.stream().filter(condition).count();
    }

    /**
     * Latency in milliseconds that a share of the accepted requests stayed within, by nearest rank; empty where none was
     * accepted.
     *
     * @param share 0 to 1; 0.99 for p99
     */
    public OptionalDouble percentile(double share) {
        double[] sorted = all.stream()
                .filter(Answer::accepted)
                .mapToDouble(answer -> answer.latency().toNanos() / 1e6)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return OptionalDouble.of(sorted[Math.max(rank, 1) - 1]);
    }
}
