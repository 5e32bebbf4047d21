package dev.slicer.evaluator.gold;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.TrialAnswer;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import dev.slicer.metrics.SpanCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts what is right and wrong in one document, in all scorings that its answer allows. */
public final class Scorer {
    private Scorer() {}

    public static DocumentScored answered(GoldDocument gold, Answer answer, Instant now) {
        List<Span> entities = Spans.ofStrictIob2(gold.tags());
        List<ScoringCounts> counts = new ArrayList<>(2);
        counts.add(strict(entities, answer.entities()));
        answer.subTokenTags()
                .ifPresent(tags -> counts.add(
                        new ScoringCounts(Scoring.SUB_TOKEN.text(), SpanCounts.ofSubTokens(gold.tags(), tags))));
        return scored(gold, answer.modelId(), Outcome.ANSWERED, now, counts, entities, answer.entities());
    }

    /** What a trial compares of a score: strict counts, of all types together; empty where it has none. */
    public static Optional<TrialAnswer> inTrial(String trial, DocumentScored score) {
        return score.counts().stream()
                .filter(counts -> counts.scoring().equals(Scoring.STRICT.text()))
                .map(counts -> counts.byType().values().stream().reduce(Counts.NONE, Counts::plus))
                .map(counts -> new TrialAnswer(trial, score.documentId(), score.modelId(), score.scoredAt(), counts))
                .findFirst();
    }

    /** All entities count as not found; sub-tokens are a model's own, so without one there are none to count. */
    public static DocumentScored missed(GoldDocument gold, String modelId, Instant now) {
        List<Span> entities = Spans.ofStrictIob2(gold.tags());
        return scored(gold, modelId, Outcome.MISSED, now, List.of(strict(entities, List.of())), entities, List.of());
    }

    /** What was scored before counts no more. */
    public static DocumentScored forgotten(GoldDocument gold, String modelId, Instant now) {
        return new DocumentScored(
                gold.documentId(),
                gold.benchmark(),
                gold.language(),
                modelId,
                Outcome.FORGOTTEN,
                now,
                List.of(),
                Map.of());
    }

    private static ScoringCounts strict(List<Span> gold, List<Span> predicted) {
        return new ScoringCounts(Scoring.STRICT.text(), SpanCounts.byType(gold, predicted));
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
