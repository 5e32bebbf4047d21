package dev.slicer.evaluator;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Scoring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What has been scored so far.
 *
 * @param results one for each benchmark and model, in alphabetical order
 */
record Report(Instant generatedAt, List<Result> results) {
    /**
     * A model on a benchmark.
     *
     * @param macroMean the mean over the languages, each counting alike, by scoring
     */
    record Result(String benchmark, String modelId, List<Language> languages, Map<String, Mean> macroMean) {}

    /**
     * @param documents that the model has answered
     * @param unanswered labelled documents that the model has not answered
     */
    record Language(String language, int documents, int unanswered, Map<String, Table> scorings) {}

    record Table(Score overall, SortedMap<String, Score> byType) {}

    record Mean(double precision, double recall, double f1) {}

    static Report of(ScoreBoard board, Optional<String> modelId, Instant now) {
        SortedMap<ScoreBoard.BenchmarkLanguage, ScoreBoard.Coverage> coverage = board.coverage();
        Map<List<String>, List<Language>> languages = new LinkedHashMap<>();
        board.series().forEach((key, series) -> {
            if (modelId.isEmpty() || modelId.get().equals(key.modelId())) {
                int gold = coverage.get(new ScoreBoard.BenchmarkLanguage(key.benchmark(), key.language()))
                        .documents();
                languages
                        .computeIfAbsent(List.of(key.benchmark(), key.modelId()), pair -> new ArrayList<>())
                        .add(language(key, series, Math.max(0, gold - series.documents())));
            }
        });
        List<Result> results = languages.entrySet().stream()
                .map(entry -> new Result(
                        entry.getKey().get(0), entry.getKey().get(1), entry.getValue(), macroMean(entry.getValue())))
                .toList();
        return new Report(now, results);
    }

    private static Language language(SeriesKey key, ScoreBoard.Series series, int unanswered) {
        Map<String, Table> scorings = new TreeMap<>();
        series.counts().forEach((scoring, byType) -> scorings.put(ScoringNames.of(scoring), table(byType)));
        return new Language(key.language(), series.documents(), unanswered, scorings);
    }

    private static Table table(SortedMap<String, Counts> byType) {
        SortedMap<String, Score> scores = new TreeMap<>();
        byType.forEach((type, counts) -> scores.put(type, Score.of(counts)));
        return new Table(Score.of(WordScoring.sum(byType.values())), scores);
    }

    private static Map<String, Mean> macroMean(List<Language> languages) {
        Map<String, Mean> means = new TreeMap<>();
        for (Scoring scoring : WordScoring.SCORINGS) {
            String name = ScoringNames.of(scoring);
            List<Score> scores = languages.stream()
                    .map(language -> language.scorings().get(name).overall())
                    .toList();
            means.put(
                    name,
                    new Mean(
                            scores.stream().collect(Collectors.averagingDouble(Score::precision)),
                            scores.stream().collect(Collectors.averagingDouble(Score::recall)),
                            scores.stream().collect(Collectors.averagingDouble(Score::f1))));
        }
        return means;
    }
}
