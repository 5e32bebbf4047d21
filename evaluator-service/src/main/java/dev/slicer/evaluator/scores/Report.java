package dev.slicer.evaluator.scores;

import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.metrics.MatchCounts;
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
     * @param documents that were scored
     * @param missed those among them that nobody answered in time; their entities count as not found
     * @param matches entities by how they match, by nervaluate's schema
     */
    record Language(
            String language,
            long documents,
            long missed,
            Optional<Instant> lastAnswer,
            Map<String, Table> scorings,
            SortedMap<String, Match> matches) {}

    /** @param f1Interval 95% confidence interval of the overall F1, by resampling the documents */
    record Table(Score overall, Optional<Interval> f1Interval, SortedMap<String, Score> byType) {}

    record Mean(double precision, double recall, double f1) {}

    record Match(
            long correct,
            long incorrect,
            long partial,
            long missed,
            long spurious,
            double precision,
            double recall,
            double f1) {
        static Match of(MatchCounts counts) {
            return new Match(
                    counts.correct(),
                    counts.incorrect(),
                    counts.partial(),
                    counts.missed(),
                    counts.spurious(),
                    counts.precision(),
                    counts.recall(),
                    counts.f1());
        }
    }

    static Report of(ScoreBoard board, Optional<String> modelId, Instant now) {
        Map<List<String>, List<Language>> languages = new LinkedHashMap<>();
        board.of(modelId)
                .forEach(totals -> languages
                        .computeIfAbsent(List.of(totals.benchmark(), totals.modelId()), pair -> new ArrayList<>())
                        .add(language(totals)));
        List<Result> results = languages.entrySet().stream()
                .map(entry -> new Result(
                        entry.getKey().get(0), entry.getKey().get(1), entry.getValue(), macroMean(entry.getValue())))
                .toList();
        return new Report(now, results);
    }

    private static Language language(ScoreTotals totals) {
        SortedMap<String, Table> scorings = new TreeMap<>();
        totals.scorings().forEach(scored -> scorings.put(scored.scoring(), table(scored)));
        SortedMap<String, Match> matches = new TreeMap<>();
        totals.matches().forEach((schema, counts) -> matches.put(schema, Match.of(counts)));
        return new Language(
                totals.language(), totals.documents(), totals.missed(), totals.lastAnswer(), scorings, matches);
    }

    private static Table table(ScoringTotals scored) {
        SortedMap<String, Score> scores = new TreeMap<>();
        scored.byType().forEach((type, counts) -> scores.put(type, Score.of(counts)));
        return new Table(Score.of(scored.overall()), scored.f1Interval(), scores);
    }

    /** Of the scorings that a language has; without a model's sub-tokens there is none over them. */
    private static Map<String, Mean> macroMean(List<Language> languages) {
        Map<String, List<Score>> byScoring = new TreeMap<>();
        languages.forEach(language -> language.scorings()
                .forEach((scoring, table) -> byScoring
                        .computeIfAbsent(scoring, first -> new ArrayList<>())
                        .add(table.overall())));
        Map<String, Mean> means = new TreeMap<>();
        byScoring.forEach((scoring, scores) -> means.put(
                scoring,
                new Mean(
                        scores.stream().collect(Collectors.averagingDouble(Score::precision)),
                        scores.stream().collect(Collectors.averagingDouble(Score::recall)),
                        scores.stream().collect(Collectors.averagingDouble(Score::f1)))));
        return means;
    }
}
