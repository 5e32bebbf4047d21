package dev.slicer.evaluator.gold;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import dev.slicer.metrics.SpanCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what is right and wrong in one document, in all scorings that its answer allows. */
public final class Scorer {
    private Scorer() {}

    public static DocumentScored answered(GoldDocument gold, Answer answer, Instant now) {
        List<Span> entities = Spans.ofStrictIob2(gold.tags());
        List<ScoringCounts> counts = new ArrayList<>(3);
        counts.add(new ScoringCounts(Scoring.STRICT_IOB2.label(), SpanCounts.byType(entities, answer.strict())));
        counts.add(new ScoringCounts(
                Scoring.CONLLEVAL.label(), SpanCounts.byType(Spans.ofConlleval(gold.tags()), answer.lenient())));
        answer.subTokenTags().ifPresent(tags -> counts.add(subTokens(gold, tags)));
        return scored(gold, answer.modelId(), Outcome.ANSWERED, now, counts, entities, answer.strict());
    }

    /** All entities count as not found; sub-tokens are a model's own, so without one there are none to count. */
    public static DocumentScored missed(GoldDocument gold, String modelId, Instant now) {
        List<Span> entities = Spans.ofStrictIob2(gold.tags());
        List<ScoringCounts> counts = new ArrayList<>(2);
        counts.add(new ScoringCounts(Scoring.STRICT_IOB2.label(), SpanCounts.byType(entities, List.of())));
        counts.add(new ScoringCounts(
                Scoring.CONLLEVAL.label(), SpanCounts.byType(Spans.ofConlleval(gold.tags()), List.of())));
        return scored(gold, modelId, Outcome.MISSED, now, counts, entities, List.of());
    }

    /** Every sub-token has its word's gold tag, {@code B-} copied too, and both sides are read as conlleval does. */
    private static ScoringCounts subTokens(GoldDocument gold, List<List<String>> predicted) {
        List<String> goldTags = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int word = 0; word < predicted.size(); word++) {
            goldTags.addAll(
                    Collections.nCopies(predicted.get(word).size(), gold.tags().get(word)));
            tags.addAll(predicted.get(word));
        }
        return new ScoringCounts(
                Scoring.SUB_TOKEN.label(), SpanCounts.byType(Spans.ofConlleval(goldTags), Spans.ofConlleval(tags)));
    }

    private static DocumentScored scored(
            GoldDocument gold,
            String modelId,
            Outcome outcome,
            Instant now,
            List<ScoringCounts> counts,
            List<Span> entities,
            List<Span> predicted) {
        Map<String, MatchCounts> matches = new TreeMap<>();
        for (Map.Entry<MatchSchema, MatchCounts> schema :
                Matches.of(entities, predicted).entrySet()) {
            matches.put(schema.getKey().label(), schema.getValue());
        }
        return new DocumentScored(
                gold.documentId(), gold.benchmark(), gold.language(), modelId, outcome, now, counts, matches);
    }
}
