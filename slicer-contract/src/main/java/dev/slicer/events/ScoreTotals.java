package dev.slicer.events;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model got right and wrong in all labelled documents of one language of a benchmark that count at present; of
 * several for the same the last says all.
 *
 * @param modelId the checkpoint; {@code none} of documents that nobody has answered when no model had answered anything yet
 * @param documents that were scored, missed ones included
 * @param missed those among them that nobody answered in time
 * @param lastAnswer when a document that counts was answered last
 * @param scorings one for each scoring that any of the answers allows
 * @param matches nervaluate's counts by its schema
 */
public record ScoreTotals(
        String benchmark,
        String modelId,
        String language,
        long documents,
        long missed,
        Optional<Instant> lastAnswer,
        List<ScoringTotals> scorings,
        Map<String, MatchCounts> matches)
        implements Event {

    /** What scores are added up by, in alphabetical order. */
    public record Key(String benchmark, String modelId, String language) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::benchmark).thenComparing(Key::modelId).thenComparing(Key::language);

        /** Neither models nor languages have a slash in their names, so that no two are written alike. */
        public String text() {
            return benchmark + '/' + modelId + '/' + language;
        }

        /** @throws IllegalArgumentException where no key is written like this */
        public static Key parse(String text) {
            int language = text.lastIndexOf('/');
            int model = text.lastIndexOf('/', language - 1);
            if (model < 0) {
                throw new IllegalArgumentException("must be BENCHMARK/MODEL/LANGUAGE, got \"" + text + "\"");
            }
            return new Key(text.substring(0, model), text.substring(model + 1, language), text.substring(language + 1));
        }

        /** Of the same documents as another model answers them. */
        public Key withModel(String other) {
            return new Key(benchmark, other, language);
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * @param scoring as in {@link DocumentScored.ScoringCounts}
     * @param byType of each entity type; {@code other} has all together that come when there are very many
     * @param f1Interval of the F1 of all types together; empty where no document has an entity
     */
    public record ScoringTotals(String scoring, SortedMap<String, Counts> byType, Optional<Interval> f1Interval) {
        public ScoringTotals {
            Require.name("scoring", scoring);
            byType = Collections.unmodifiableSortedMap(
                    new TreeMap<>(Require.all("byType", Require.present("byType", byType))));
        }

        /** Of all types together. */
        public Counts overall() {
            return byType.values().stream().reduce(Counts.NONE, Counts::plus);
        }
    }

    /** A 95% confidence interval, by resampling the documents; both ends included. */
    public record Interval(double low, double high) {
        public Interval {
            if (!(low <= high)) {
                throw new IllegalArgumentException("an interval must satisfy low <= high, got " + low + ".." + high);
            }
        }

        public boolean contains(double value) {
            return low <= value && value <= high;
        }
    }

    public ScoreTotals {
        Require.notBlank("benchmark", benchmark);
        Require.name("modelId", modelId);
        Require.language(Optional.of(Require.notBlank("language", language)));
        if (documents < 1) {
            throw new IllegalArgumentException("documents must be at least 1, got " + documents);
        }
        if (missed < 0 || missed > documents) {
            throw new IllegalArgumentException(
                    "missed must be between 0 and documents, " + documents + ", got " + missed);
        }
        lastAnswer.ifPresent(at -> Require.time("lastAnswer", at));
        scorings = Require.all("scorings", Require.present("scorings", scorings));
        matches =
                Collections.unmodifiableMap(new TreeMap<>(Require.all("matches", Require.present("matches", matches))));
    }

    /** The same with all types together as {@code type}, for where there are more types than fit into a record. */
    public ScoreTotals withTypesAs(String type) {
        return new ScoreTotals(
                benchmark,
                modelId,
                language,
                documents,
                missed,
                lastAnswer,
                scorings.stream()
                        .map(scored -> new ScoringTotals(
                                scored.scoring(), new TreeMap<>(Map.of(type, scored.overall())), scored.f1Interval()))
                        .toList(),
                matches);
    }

    @Override
    public String key() {
        return series().text();
    }

    /** What these are the totals of. */
    public Key series() {
        return new Key(benchmark, modelId, language);
    }
}
