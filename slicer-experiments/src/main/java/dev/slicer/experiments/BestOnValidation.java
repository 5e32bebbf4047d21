package dev.slicer.experiments;

import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.LanguageScores;
import dev.slicer.metrics.Scoring;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * For each language the model of a run, named by its step, with the best strict F1 on the language's validation set; of
 * equally good ones the latest. And how those models do on the test sets.
 */
final class BestOnValidation {
    private final SortedMap<String, Choice> choices = new TreeMap<>();
    private final Map<Integer, Map<Scoring, Evaluation>> testScores = new HashMap<>();

    private record Choice(int step, double f1) {
        boolean givesWayTo(Choice other) {
            return other.f1 > f1 || (other.f1 == f1 && other.step > step);
        }
    }

    void consider(int step, Map<Scoring, Evaluation> onValidation) {
        onValidation
                .get(Scoring.STRICT)
                .byLanguage()
                .forEach((language, scores) -> choices.merge(
                        language,
                        new Choice(step, scores.micro().f1()),
                        (best, other) -> best.givesWayTo(other) ? other : best));
    }

    /** What the model is the best of those considered so far for. */
    SortedSet<String> languagesOf(int step) {
        SortedSet<String> languages = new TreeSet<>();
        choices.forEach((language, choice) -> {
            if (choice.step() == step) {
                languages.add(language);
            }
        });
        return languages;
    }

    /** @param onTest of at least the languages that the model is the best for */
    void tested(int step, Map<Scoring, Evaluation> onTest) {
        testScores.put(step, onTest);
    }

    /** Each language as its best model does on the test set. */
    Map<Scoring, Evaluation> evaluations() {
        Map<Scoring, Evaluation> best = new EnumMap<>(Scoring.class);
        for (Scoring scoring : Scoring.values()) {
            SortedMap<String, LanguageScores> byLanguage = new TreeMap<>();
            choices.forEach((language, choice) -> {
                Evaluation ofModel = testScores.get(choice.step()).get(scoring);
                byLanguage.put(language, ofModel.byLanguage().get(language));
            });
            best.put(scoring, new Evaluation(scoring, byLanguage));
        }
        return best;
    }
}
