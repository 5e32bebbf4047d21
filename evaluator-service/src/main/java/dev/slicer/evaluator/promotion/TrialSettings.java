package dev.slicer.evaluator.promotion;

import dev.slicer.metrics.Tolerances;
import java.time.Duration;
import java.util.Set;

/**
 * @param benchmarks whose labelled documents decide; empty for all
 * @param maxDocuments of each language of each benchmark
 * @param timeout after which documents that are not answered count as missed
 * @param keepGold how old labelled documents may be
 */
public record TrialSettings(
        Tolerances tolerances, Set<String> benchmarks, int maxDocuments, Duration timeout, Duration keepGold) {
    public TrialSettings {
        benchmarks = Set.copyOf(benchmarks);
    }
}
