package dev.slicer.evaluator.scores;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.metrics.Bootstrap;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Interval;
import dev.slicer.metrics.MatchCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All scores of all instances, summed up: as far back as their topic reaches. Of each document only its counts are kept,
 * for confidence intervals: about 40 bytes for each model. Safe for use by several threads.
 */
public final class ScoreBoard {
    /**
     * The documents of one benchmark, model and language.
     *
     * @param documents that were scored, missed ones included
     * @param scorings by the scoring's label
     * @param matches by nervaluate's schema
     */
    record Series(
            int documents,
            int missed,
            Optional<Instant> lastAnswer,
            SortedMap<String, Scored> scorings,
            SortedMap<String, MatchCounts> matches) {}

    /**
     * @param byType counts of each entity type
     * @param f1 95% confidence interval of the F1 of all types; empty where no document has an entity
     */
    record Scored(SortedMap<String, Counts> byType, Optional<Interval> f1) {
        Counts overall() {
            return byType.values().stream().reduce(Counts.NONE, Counts::plus);
        }
    }

    private static final class Tally {
        private final SortedMap<String, Counts> byType = new TreeMap<>();
        private final List<Counts> documents = new ArrayList<>();
        private Optional<Optional<Interval>> interval = Optional.empty();

        void add(SortedMap<String, Counts> added, Map<Counts, Counts> known) {
            added.forEach((type, counts) -> byType.merge(type, counts, Counts::plus));
            Counts all = added.values().stream().reduce(Counts.NONE, Counts::plus);
            // Few counts differ, so that documents mostly share them.
            documents.add(known.computeIfAbsent(all, same -> same));
            interval = Optional.empty();
        }

        Scored scored() {
            if (interval.isEmpty()) {
                interval = Optional.of(Bootstrap.f1(documents));
            }
            return new Scored(new TreeMap<>(byType), interval.get());
        }

        Counts counts(Optional<String> type) {
            return type.map(one -> byType.getOrDefault(one, Counts.NONE))
                    .orElseGet(() -> byType.values().stream().reduce(Counts.NONE, Counts::plus));
        }
    }

    private static final class Sum {
        private int documents;
        private int missed;
        private Optional<Instant> lastAnswer = Optional.empty();
        private final SortedMap<String, Tally> scorings = new TreeMap<>();
        private final SortedMap<String, MatchCounts> matches = new TreeMap<>();

        Series series() {
            SortedMap<String, Scored> scored = new TreeMap<>();
            scorings.forEach((scoring, tally) -> scored.put(scoring, tally.scored()));
            return new Series(documents, missed, lastAnswer, scored, new TreeMap<>(matches));
        }
    }

    private final SortedMap<SeriesKey, Sum> sums = new TreeMap<>();
    private final Map<Counts, Counts> known = new HashMap<>();

    public synchronized void add(DocumentScored score) {
        Sum sum = sums.computeIfAbsent(
                new SeriesKey(score.benchmark(), score.modelId(), score.language()), first -> new Sum());
        sum.documents++;
        if (score.outcome() == Outcome.MISSED) {
            sum.missed++;
        } else if (sum.lastAnswer
                .filter(before -> before.isAfter(score.scoredAt()))
                .isEmpty()) {
            sum.lastAnswer = Optional.of(score.scoredAt());
        }
        for (ScoringCounts counts : score.counts()) {
            sum.scorings.computeIfAbsent(counts.scoring(), first -> new Tally()).add(counts.byType(), known);
        }
        score.matches().forEach((schema, counts) -> sum.matches.merge(schema, counts, MatchCounts::plus));
    }

    /** All series, with their confidence intervals, which take some time. */
    synchronized SortedMap<SeriesKey, Series> series(Optional<String> modelId) {
        SortedMap<SeriesKey, Series> series = new TreeMap<>();
        sums.forEach((key, sum) -> {
            if (modelId.isEmpty() || modelId.get().equals(key.modelId())) {
                series.put(key, sum.series());
            }
        });
        return series;
    }

    /** @param type empty for all together */
    synchronized Counts counts(SeriesKey key, String scoring, Optional<String> type) {
        return Optional.ofNullable(sums.get(key))
                .flatMap(sum -> Optional.ofNullable(sum.scorings.get(scoring)))
                .map(tally -> tally.counts(type))
                .orElse(Counts.NONE);
    }

    synchronized Optional<Instant> lastAnswer(String benchmark) {
        return sums.entrySet().stream()
                .filter(entry -> entry.getKey().benchmark().equals(benchmark))
                .flatMap(entry -> entry.getValue().lastAnswer.stream())
                .max(Instant::compareTo);
    }
}
