package dev.slicer.evaluator.totals;

import dev.slicer.evaluator.gold.MatchSchema;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import dev.slicer.service.metrics.BoundedLabels;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a score adds to the totals of its benchmark, model and language.
 *
 * @param at when it was scored
 * @param scorings counts of each entity type by the scoring's label
 * @param matches by nervaluate's schema
 */
record Contribution(
        boolean missed,
        Instant at,
        SortedMap<String, SortedMap<String, Counts>> scorings,
        SortedMap<String, MatchCounts> matches) {
    /** All types together that come when there are enough, or whose name is no name. */
    static final String OTHER = BoundedLabels.OTHER;
    /** Senders choose types. */
    static final int MOST_TYPES = 256;

    private static final int LONGEST_TYPE = 100;

    private static final Set<String> SCORINGS =
            Stream.of(Scoring.STRICT, Scoring.SUB_TOKEN).map(Scoring::text).collect(Collectors.toUnmodifiableSet());
    private static final Set<String> SCHEMAS =
            Arrays.stream(MatchSchema.values()).map(MatchSchema::label).collect(Collectors.toUnmodifiableSet());

    static Contribution of(DocumentScored score) {
        SortedMap<String, SortedMap<String, Counts>> scorings = new TreeMap<>();
        score.counts().stream()
                .filter(counts -> SCORINGS.contains(counts.scoring()))
                .forEach(counts -> scorings.put(counts.scoring(), bounded(counts.byType())));
        SortedMap<String, MatchCounts> matches = new TreeMap<>(score.matches());
        matches.keySet().retainAll(SCHEMAS);
        return new Contribution(score.outcome() == Outcome.MISSED, score.scoredAt(), scorings, matches);
    }

    private static SortedMap<String, Counts> bounded(SortedMap<String, Counts> byType) {
        SortedMap<String, Counts> bounded = new TreeMap<>();
        byType.forEach((type, counts) -> bounded.merge(
                type.length() <= LONGEST_TYPE && bounded.size() < MOST_TYPES ? type : OTHER, counts, Counts::plus));
        return bounded;
    }

    void write(Packer packer) {
        packer.time(at).flag(missed).number(scorings.size());
        scorings.forEach((scoring, byType) -> {
            packer.text(scoring);
            write(byType, packer);
        });
        packer.number(matches.size());
        matches.forEach((schema, counts) -> write(schema, counts, packer));
    }

    static Contribution read(Unpacker packed) {
        Instant at = packed.time();
        boolean missed = packed.flag();
        SortedMap<String, SortedMap<String, Counts>> scorings = new TreeMap<>();
        for (int left = packed.size(); left > 0; left--) {
            scorings.put(packed.text(), readCounts(packed));
        }
        return new Contribution(missed, at, scorings, readMatches(packed));
    }

    static void write(SortedMap<String, Counts> byType, Packer packer) {
        packer.number(byType.size());
        byType.forEach((type, counts) -> packer.text(type)
                .number(counts.truePositives())
                .number(counts.falsePositives())
                .number(counts.falseNegatives()));
    }

    static SortedMap<String, Counts> readCounts(Unpacker packed) {
        SortedMap<String, Counts> byType = new TreeMap<>();
        for (int left = packed.size(); left > 0; left--) {
            byType.put(packed.text(), new Counts(packed.number(), packed.number(), packed.number()));
        }
        return byType;
    }

    static void write(String schema, MatchCounts counts, Packer packer) {
        packer.text(schema)
                .number(counts.correct())
                .number(counts.incorrect())
                .number(counts.partial())
                .number(counts.missed())
                .number(counts.spurious());
    }

    static SortedMap<String, MatchCounts> readMatches(Unpacker packed) {
        SortedMap<String, MatchCounts> matches = new TreeMap<>();
        for (int left = packed.size(); left > 0; left--) {
            matches.put(
                    packed.text(),
                    new MatchCounts(
                            packed.number(), packed.number(), packed.number(), packed.number(), packed.number()));
        }
        return matches;
    }
}
