package dev.slicer.evaluator.scores;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The scores of all instances, summed up. Of each document and model the last score counts: a real answer takes the place
 * of a miss. Each counts for the same time in every instance, however long that has run. Of each document only its counts
 * are kept: about 100 bytes for each model. Safe for use by several threads.
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

    /** What a model got right and wrong in a document; few differ, so that documents mostly share them. */
    private record Found(Outcome outcome, List<ScoringCounts> counts, Map<String, MatchCounts> matches) {}

    private record Entry(Found found, Instant at) {}

    private static final class Tally {
        private final SortedMap<String, Counts> byType = new TreeMap<>();
        /** How many documents have these counts, all types together. */
        private final Map<Counts, Integer> documents = new HashMap<>();

        private Optional<Optional<Interval>> interval = Optional.empty();

        void add(SortedMap<String, Counts> added) {
            added.forEach((type, counts) -> byType.merge(type, counts, Counts::plus));
            documents.merge(sum(added), 1, Integer::sum);
            interval = Optional.empty();
        }

        void remove(SortedMap<String, Counts> removed) {
            removed.forEach((type, counts) -> byType.computeIfPresent(type, (same, before) -> {
                Counts left = before.minus(counts);
                return left.equals(Counts.NONE) ? null : left;
            }));
            documents.computeIfPresent(sum(removed), (same, before) -> before == 1 ? null : before - 1);
            interval = Optional.empty();
        }

        boolean isEmpty() {
            return documents.isEmpty();
        }

        Scored scored() {
            if (interval.isEmpty()) {
                List<Counts> all = new ArrayList<>();
                documents.forEach((counts, times) -> all.addAll(Collections.nCopies(times, counts)));
                interval = Optional.of(Bootstrap.f1(all));
            }
            return new Scored(new TreeMap<>(byType), interval.get());
        }

        Counts counts(Optional<String> type) {
            return type.map(one -> byType.getOrDefault(one, Counts.NONE)).orElseGet(() -> sum(byType));
        }

        private static Counts sum(SortedMap<String, Counts> byType) {
            return byType.values().stream().reduce(Counts.NONE, Counts::plus);
        }
    }

    private static final class Sum {
        private final Map<String, Entry> documents = new HashMap<>();
        private int missed;
        private Optional<Instant> lastAnswer = Optional.empty();
        private final SortedMap<String, Tally> scorings = new TreeMap<>();

        void put(String documentId, Entry entry) {
            remove(documentId);
            documents.put(documentId, entry);
            Found found = entry.found();
            if (found.outcome() == Outcome.MISSED) {
                missed++;
            } else if (lastAnswer.filter(entry.at()::isBefore).isEmpty()) {
                lastAnswer = Optional.of(entry.at());
            }
            found.counts()
                    .forEach(counts -> scorings.computeIfAbsent(counts.scoring(), first -> new Tally())
                            .add(counts.byType()));
        }

        void remove(String documentId) {
            Optional.ofNullable(documents.remove(documentId)).ifPresent(entry -> takeBack(entry.found()));
        }

        void removeBefore(Instant time) {
            documents.values().removeIf(entry -> {
                boolean old = entry.at().isBefore(time);
                if (old) {
                    takeBack(entry.found());
                }
                return old;
            });
            lastAnswer = lastAnswer.filter(at -> !at.isBefore(time));
        }

        private void takeBack(Found found) {
            if (found.outcome() == Outcome.MISSED) {
                missed--;
            }
            for (ScoringCounts counts : found.counts()) {
                Tally tally = scorings.get(counts.scoring());
                tally.remove(counts.byType());
                if (tally.isEmpty()) {
                    scorings.remove(counts.scoring());
                }
            }
        }

        Series series() {
            SortedMap<String, Scored> scored = new TreeMap<>();
            scorings.forEach((scoring, tally) -> scored.put(scoring, tally.scored()));
            SortedMap<String, MatchCounts> matches = new TreeMap<>();
            documents
                    .values()
                    .forEach(entry -> entry.found()
                            .matches()
                            .forEach((schema, counts) -> matches.merge(schema, counts, MatchCounts::plus)));
            return new Series(documents.size(), missed, lastAnswer, scored, matches);
        }
    }

    private final Clock clock;
    private final Duration keep;
    private final SortedMap<SeriesKey, Sum> sums = new TreeMap<>();
    private final Map<Found, Found> known = new HashMap<>();
    private Instant begin = Instant.MIN;

    /** @param keep how long a score counts, to the hour */
    public ScoreBoard(Clock clock, Duration keep) {
        this.clock = clock;
        this.keep = keep;
    }

    public synchronized void add(DocumentScored score) {
        forget();
        if (score.scoredAt().isBefore(begin)) {
            return;
        }
        Found found = new Found(score.outcome(), score.counts(), score.matches());
        Found shared = Optional.ofNullable(known.putIfAbsent(found, found)).orElse(found);
        SeriesKey series = new SeriesKey(score.benchmark(), score.modelId(), score.language());
        sums.computeIfAbsent(series, first -> new Sum()).put(score.documentId(), new Entry(shared, score.scoredAt()));
        if (score.outcome() != Outcome.MISSED) {
            // Nobody had missed it after all.
            SeriesKey nobody = new SeriesKey(score.benchmark(), DocumentScored.NO_MODEL, score.language());
            sums.computeIfPresent(nobody, (same, missed) -> {
                missed.remove(score.documentId());
                return missed.documents.isEmpty() ? null : missed;
            });
        }
    }

    /** All series, with their confidence intervals, which take some time. */
    synchronized SortedMap<SeriesKey, Series> series(Optional<String> modelId) {
        forget();
        SortedMap<SeriesKey, Series> series = new TreeMap<>();
        sums.forEach((key, sum) -> {
            if (modelId.isEmpty() || modelId.get().equals(key.modelId())) {
                series.put(key, sum.series());
            }
        });
        return series;
    }

    /**
     * @param type empty for all together
     * @return empty where there is no document of which these are counted
     */
    synchronized Optional<Counts> counts(SeriesKey key, String scoring, Optional<String> type) {
        forget();
        return Optional.ofNullable(sums.get(key))
                .flatMap(sum -> Optional.ofNullable(sum.scorings.get(scoring)))
                .map(tally -> tally.counts(type));
    }

    synchronized Optional<Instant> lastAnswer(String benchmark) {
        forget();
        return sums.entrySet().stream()
                .filter(entry -> entry.getKey().benchmark().equals(benchmark))
                .flatMap(entry -> entry.getValue().lastAnswer.stream())
                .max(Instant::compareTo);
    }

    /** By the hour, so that it costs little and comes to the same wherever it is done. */
    private void forget() {
        Instant from = clock.instant().minus(keep).truncatedTo(ChronoUnit.HOURS);
        if (from.isAfter(begin)) {
            begin = from;
            sums.values().forEach(sum -> sum.removeBefore(from));
            sums.values().removeIf(sum -> sum.documents.isEmpty());
            known.clear();
            sums.values()
                    .forEach(sum ->
                            sum.documents.values().forEach(entry -> known.putIfAbsent(entry.found(), entry.found())));
        }
    }
}
