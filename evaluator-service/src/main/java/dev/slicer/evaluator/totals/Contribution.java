package dev.slicer.evaluator.totals;

import dev.slicer.evaluator.gold.MatchSchema;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import dev.slicer.service.metrics.BoundedLabels;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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

    /** By their places here where there are very many of them; new ones go to the end. */
    private static final List<String> SCORINGS = List.of(Scoring.STRICT.text(), Scoring.SUB_TOKEN.text());

    private static final List<String> SCHEMAS = Stream.of(
                    MatchSchema.STRICT, MatchSchema.EXACT, MatchSchema.PARTIAL, MatchSchema.ENT_TYPE)
            .map(MatchSchema::label)
            .toList();

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
            packer.number(SCORINGS.indexOf(scoring));
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
            scorings.put(SCORINGS.get(packed.size()), readCounts(packed));
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
        packer.number(SCHEMAS.indexOf(schema))
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
                    SCHEMAS.get(packed.size()),
                    new MatchCounts(
                            packed.number(), packed.number(), packed.number(), packed.number(), packed.number()));
        }
        return matches;
    }
}
