package dev.slicer.evaluator.scores;

import dev.slicer.evaluator.scores.ScoreBoard.ModelOnBenchmark;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.metrics.MatchCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What has been scored so far, or a page of it.
 *
 * @param results one for each benchmark and model, in alphabetical order; one whose languages are more than fit is in
 *     several pages
 * @param next where the next page is; left out where this is all, or the last
 */
record Report(Instant generatedAt, List<Result> results, Optional<String> next) {
    /**
     * A model on a benchmark.
     *
     * @param languages in alphabetical order, those of them that are wanted and on this page
     * @param macroMean the mean over all languages, also those that are not on this page, each counting alike, by scoring
     */
    record Result(String benchmark, String modelId, List<Language> languages, Map<String, Mean> macroMean) {
        static Result of(ModelOnBenchmark model, List<Language> shown, Collection<ScoreTotals> languages) {
            return new Result(model.benchmark(), model.modelId(), shown, Mean.macro(languages));
        }
    }

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
            SortedMap<String, Match> matches) {
        static Language of(ScoreTotals totals) {
            SortedMap<String, Table> scorings = new TreeMap<>();
            totals.scorings().forEach(scored -> scorings.put(scored.scoring(), Table.of(scored)));
            SortedMap<String, Match> matches = new TreeMap<>();
            totals.matches().forEach((schema, counts) -> matches.put(schema, Match.of(counts)));
            return new Language(
                    totals.language(), totals.documents(), totals.missed(), totals.lastAnswer(), scorings, matches);
        }
    }

    /** @param f1Interval 95% confidence interval of the overall F1, by resampling the documents */
    record Table(Score overall, Optional<Interval> f1Interval, SortedMap<String, Score> byType) {
        static Table of(ScoringTotals scored) {
            SortedMap<String, Score> scores = new TreeMap<>();
            scored.byType().forEach((type, counts) -> scores.put(type, Score.of(counts)));
            return new Table(Score.of(scored.overall()), scored.f1Interval(), scores);
        }
    }

    record Mean(double precision, double recall, double f1) {
        /** Of the scorings that a language has; without a model's sub-tokens there is none over them. */
        static Map<String, Mean> macro(Collection<ScoreTotals> languages) {
            Map<String, List<Score>> byScoring = new TreeMap<>();
            languages.forEach(totals -> totals.scorings()
                    .forEach(scored -> byScoring
                            .computeIfAbsent(scored.scoring(), first -> new ArrayList<>())
                            .add(Score.of(scored.overall()))));
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

    static Report of(ScoreBoard board, ReportQuery query, Instant now) {
        ReportPage page = new ReportPage(query);
        for (Map.Entry<ModelOnBenchmark, NavigableMap<String, ScoreTotals>> model :
                board.from(query.after().map(ModelOnBenchmark::of)).entrySet()) {
            if (page.isFull()) {
                break;
            }
            page.add(model.getKey(), model.getValue());
        }
        return new Report(now, page.results(), page.next());
    }
}
