package dev.slicer.evaluator;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Scoring;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts entities of one document in the scorings that need words only, not a model's sub-tokens. */
final class WordScoring {
    static final List<Scoring> SCORINGS = List.of(Scoring.STRICT_IOB2, Scoring.CONLLEVAL);

    private WordScoring() {}

    static Map<Scoring, Map<String, Counts>> counts(List<String> gold, List<String> predicted) {
        Map<Scoring, Map<String, Counts>> counts = new EnumMap<>(Scoring.class);
        counts.put(Scoring.STRICT_IOB2, byType(Spans.ofStrictIob2(gold), Spans.ofStrictIob2(predicted)));
        counts.put(Scoring.CONLLEVAL, byType(Spans.ofConlleval(gold), Spans.ofConlleval(predicted)));
        return counts;
    }

    static Counts sum(Collection<Counts> counts) {
        return counts.stream().reduce(new Counts(0, 0, 0), Counts::plus);
    }

    private static Map<String, Counts> byType(List<Span> gold, List<Span> predicted) {
        Set<Span> goldSpans = new HashSet<>(gold);
        Set<Span> predictedSpans = new HashSet<>(predicted);
        Map<String, Counts> counts = new TreeMap<>();
        for (Span span : goldSpans) {
            Counts one = predictedSpans.contains(span) ? new Counts(1, 0, 0) : new Counts(0, 0, 1);
            counts.merge(span.type(), one, Counts::plus);
        }
        for (Span span : predictedSpans) {
            if (!goldSpans.contains(span)) {
                counts.merge(span.type(), new Counts(0, 1, 0), Counts::plus);
            }
        }
        return counts;
    }
}
