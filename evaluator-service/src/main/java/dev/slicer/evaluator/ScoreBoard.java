package dev.slicer.evaluator;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Joins gold and answers by document id, in whatever order and however often they come, and keeps the counts. Each
 * document counts once for each model that answered it; of gold or answers that come twice the first counts.
 *
 * <p>Everything is kept in memory, since another model may answer any document later: about the size of the labelled
 * documents themselves. Safe for use by several threads.
 */
final class ScoreBoard {
    /** Told of everything that changes the counts, while the board is locked: must be quick. */
    interface Listener {
        /** Gold of a benchmark's language has come. */
        void covered(BenchmarkLanguage of);

        void scored(SeriesKey series, Map<Scoring, Map<String, Counts>> added);

        void unscored(Unscored reason, String what);
    }

    /** Gold documents of a benchmark's language, and those that no model has answered. */
    record Coverage(int documents, int pending) {}

    record BenchmarkLanguage(String benchmark, String language) implements Comparable<BenchmarkLanguage> {
        @Override
        public int compareTo(BenchmarkLanguage other) {
            int order = benchmark.compareTo(other.benchmark);
            return order != 0 ? order : language.compareTo(other.language);
        }
    }

    /** Documents and counts of one series, by scoring and entity type. */
    record Series(int documents, Map<Scoring, SortedMap<String, Counts>> counts) {}

    private static final class Entry {
        private Optional<GoldDocument> gold = Optional.empty();
        private final Map<String, Answer> early = new HashMap<>();
        private final Set<String> answeredBy = new HashSet<>();
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final SortedMap<SeriesKey, Series> series = new TreeMap<>();
    private final SortedMap<BenchmarkLanguage, Coverage> coverage = new TreeMap<>();
    private final List<Listener> listeners;

    ScoreBoard(List<Listener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    synchronized void add(GoldDocument gold) {
        Entry entry = entries.computeIfAbsent(gold.documentId(), id -> new Entry());
        if (entry.gold.isPresent()) {
            return;
        }
        entry.gold = Optional.of(gold);
        cover(gold, 1, 1);
        List<Answer> early = new ArrayList<>(entry.early.values());
        entry.early.clear();
        early.forEach(answer -> score(entry, gold, answer));
    }

    /** The gold that counts: the first that came. */
    synchronized Optional<GoldDocument> gold(String documentId) {
        return Optional.ofNullable(entries.get(documentId)).flatMap(entry -> entry.gold);
    }

    synchronized void add(Answer answer) {
        Entry entry = entries.computeIfAbsent(answer.documentId(), id -> new Entry());
        if (entry.gold.isPresent()) {
            score(entry, entry.gold.get(), answer);
        } else {
            entry.early.putIfAbsent(answer.modelId(), answer);
        }
    }

    private void score(Entry entry, GoldDocument gold, Answer answer) {
        if (entry.answeredBy.contains(answer.modelId())) {
            return;
        }
        if (answer.tags().size() != gold.tags().size()) {
            unscored(
                    Unscored.ANSWER_OF_OTHER_LENGTH,
                    answer.modelId() + " answered " + answer.documentId() + " with "
                            + answer.tags().size() + " tags for " + gold.words().size() + " words");
            return;
        }
        if (entry.answeredBy.isEmpty()) {
            cover(gold, 0, -1);
        }
        entry.answeredBy.add(answer.modelId());
        SeriesKey key = new SeriesKey(gold.benchmark(), answer.modelId(), gold.language());
        Map<Scoring, Map<String, Counts>> added = WordScoring.counts(gold.language(), gold.tags(), answer.tags());
        Series before = series.getOrDefault(key, new Series(0, Map.of()));
        Map<Scoring, SortedMap<String, Counts>> sum = new HashMap<>();
        added.forEach((scoring, byType) -> {
            SortedMap<String, Counts> types = new TreeMap<>(before.counts().getOrDefault(scoring, new TreeMap<>()));
            byType.forEach((type, counts) -> types.merge(type, counts, Counts::plus));
            sum.put(scoring, types);
        });
        series.put(key, new Series(before.documents() + 1, sum));
        listeners.forEach(listener -> listener.scored(key, added));
    }

    private void cover(GoldDocument gold, int documents, int pending) {
        BenchmarkLanguage of = new BenchmarkLanguage(gold.benchmark(), gold.language());
        coverage.merge(
                of,
                new Coverage(documents, pending),
                (a, b) -> new Coverage(a.documents() + b.documents(), a.pending() + b.pending()));
        listeners.forEach(listener -> listener.covered(of));
    }

    private void unscored(Unscored reason, String what) {
        listeners.forEach(listener -> listener.unscored(reason, what));
    }

    /** A copy of all series. */
    synchronized SortedMap<SeriesKey, Series> series() {
        return new TreeMap<>(series);
    }

    synchronized Optional<Series> series(SeriesKey key) {
        return Optional.ofNullable(series.get(key));
    }

    /** A copy of the coverage of all benchmarks and languages. */
    synchronized SortedMap<BenchmarkLanguage, Coverage> coverage() {
        return new TreeMap<>(coverage);
    }

    synchronized int pendingOf(BenchmarkLanguage of) {
        return coverage.getOrDefault(of, new Coverage(0, 0)).pending();
    }

    /** Ids, in order, of up to {@code limit} documents of a benchmark's language that no model has answered. */
    synchronized List<String> pending(BenchmarkLanguage of, int limit) {
        return entries.values().stream()
                .filter(entry -> entry.answeredBy.isEmpty())
                .flatMap(entry -> entry.gold.stream())
                .filter(gold -> gold.benchmark().equals(of.benchmark())
                        && gold.language().equals(of.language()))
                .map(GoldDocument::documentId)
                .sorted()
                .limit(limit)
                .toList();
    }
}
