package dev.slicer.evaluator.totals;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.ScoringTotals;
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
 * What scores come to, added up in the plainest way: every document is remembered, and intervals are drawn from a list of all.
 */
final class NaiveTotals {
    /** What a model got right and wrong in a document. */
    private record Found(Outcome outcome, List<ScoringCounts> counts, Map<String, MatchCounts> matches) {}

    private record Entry(Found found, Instant at) {}

    private static final class Tally {
        private final SortedMap<String, Counts> byType = new TreeMap<>();
        /** How many documents have these counts, all types together. */
        private final Map<Counts, Integer> documents = new HashMap<>();

        void add(SortedMap<String, Counts> added) {
            added.forEach((type, counts) -> byType.merge(type, counts, Counts::plus));
            documents.merge(sum(added), 1, Integer::sum);
        }

        void remove(SortedMap<String, Counts> removed) {
            removed.forEach((type, counts) -> byType.computeIfPresent(type, (same, before) -> {
                Counts left = before.minus(counts);
                return left.equals(Counts.NONE) ? null : left;
            }));
            documents.computeIfPresent(sum(removed), (same, before) -> before == 1 ? null : before - 1);
        }

        boolean isEmpty() {
            return documents.isEmpty();
        }

        ScoringTotals totals(String scoring) {
            List<Counts> all = new ArrayList<>();
            documents.forEach((counts, times) -> all.addAll(Collections.nCopies(times, counts)));
            return new ScoringTotals(scoring, byType, NaiveBootstrap.f1(all));
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

        ScoreTotals totals(ScoreTotals.Key key) {
            SortedMap<String, MatchCounts> matches = new TreeMap<>();
            documents
                    .values()
                    .forEach(entry -> entry.found()
                            .matches()
                            .forEach((schema, counts) -> matches.merge(schema, counts, MatchCounts::plus)));
            return new ScoreTotals(
                    key.benchmark(),
                    key.modelId(),
                    key.language(),
                    documents.size(),
                    missed,
                    lastAnswer,
                    scorings.entrySet().stream()
                            .map(entry -> entry.getValue().totals(entry.getKey()))
                            .toList(),
                    matches);
        }
    }

    private final Clock clock;
    private final Duration keep;
    private final Map<ScoreTotals.Key, Sum> sums = new HashMap<>();
    private Instant begin = Instant.MIN;

    /** @param keep how long a score counts, to the hour */
    NaiveTotals(Clock clock, Duration keep) {
        this.clock = clock;
        this.keep = keep;
    }

    void add(DocumentScored score) {
        forget();
        if (score.scoredAt().isBefore(begin)) {
            return;
        }
        Found found = new Found(score.outcome(), score.counts(), score.matches());
        ScoreTotals.Key series = score.series();
        sums.computeIfAbsent(series, first -> new Sum()).put(score.documentId(), new Entry(found, score.scoredAt()));
        if (score.outcome() != Outcome.MISSED) {
            // Nobody had missed it after all.
            sums.computeIfPresent(series.withModel(DocumentScored.NO_MODEL), (same, missed) -> {
                missed.remove(score.documentId());
                return missed.documents.isEmpty() ? null : missed;
            });
        }
    }

    /** By the key of their record. */
    SortedMap<String, ScoreTotals> totals() {
        forget();
        SortedMap<String, ScoreTotals> totals = new TreeMap<>();
        sums.forEach((key, sum) -> totals.put(key.text(), sum.totals(key)));
        return totals;
    }

    /** By the hour, so that it costs little and comes to the same wherever it is done. */
    private void forget() {
        Instant from = clock.instant().minus(keep).truncatedTo(ChronoUnit.HOURS);
        if (from.isAfter(begin)) {
            begin = from;
            sums.values().forEach(sum -> sum.removeBefore(from));
            sums.values().removeIf(sum -> sum.documents.isEmpty());
        }
    }
}
