package dev.slicer.evaluator;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Evaluator;
import dev.slicer.metrics.Scoring;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts the entities of one document in the scorings that need words only, not a model's sub-tokens. */
final class WordScoring {
    static final List<Scoring> SCORINGS = List.of(Scoring.STRICT_IOB2, Scoring.CONLLEVAL);

    private WordScoring() {}

    static Map<Scoring, Map<String, Counts>> counts(String language, List<String> gold, List<String> predicted) {
        Map<Scoring, Map<String, Counts>> counts = new EnumMap<>(Scoring.class);
        for (Scoring scoring : SCORINGS) {
            Evaluator evaluator = new Evaluator(scoring);
            evaluator.add(language, gold, predicted);
            counts.put(
                    scoring, evaluator.evaluation().byLanguage().get(language).byType());
        }
        return counts;
    }

    static Counts sum(Collection<Counts> counts) {
        return counts.stream().reduce(Counts.NONE, Counts::plus);
    }
}
