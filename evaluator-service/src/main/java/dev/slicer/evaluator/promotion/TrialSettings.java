package dev.slicer.evaluator.promotion;

import dev.slicer.metrics.Tolerances;
import java.time.Duration;
import java.util.Set;

/**
 * @param benchmarks whose labelled documents decide; empty for all
 * @param maxDocuments of each language of each benchmark
 * @param timeout how long a trial waits for the next answer
 * @param limit how long it may take, though answers come
 * @param keepGold how long a labelled document can be answered since it came last, and how long a score counts
 */
public record TrialSettings(
        Tolerances tolerances,
        Set<String> benchmarks,
        int maxDocuments,
        Duration timeout,
        Duration limit,
        Duration keepGold) {
    public TrialSettings {
        benchmarks = Set.copyOf(benchmarks);
    }
}
