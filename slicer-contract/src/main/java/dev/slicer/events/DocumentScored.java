package dev.slicer.events;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model got right and wrong in a labelled document. There is one for each document and model; of several the last
 * counts, as where the answer came after the document had counted as missed.
 *
 * @param documentId as it was published to be tagged
 * @param modelId the checkpoint that answered, or of a missed document the one that had answered last; {@code none} where
 *     none had
 * @param counts one for each scoring that the answer allows: {@code strict}, and {@code sub-token} where it has sub-tokens
 * @param matches nervaluate's counts by its schema: {@code strict}, {@code exact}, {@code partial}, {@code ent_type}
 */
public record DocumentScored(
        String documentId,
        String benchmark,
        String language,
        String modelId,
        Outcome outcome,
        Instant scoredAt,
        List<ScoringCounts> counts,
        Map<String, MatchCounts> matches)
        implements Event {

    /** The model of documents that nobody has answered when no model has answered anything yet. */
    public static final String NO_MODEL = "none";

    public enum Outcome {
        ANSWERED,
        /** Nobody answered in time: all its entities count as not found, until somebody does. */
        MISSED,
        /** The document is forgotten on somebody's request, and what was scored of it counts no more. */
        FORGOTTEN
    }

    /**
     * @param scoring a {@link Scoring#text}
     * @param byType of each entity type in gold or answer
     */
    public record ScoringCounts(String scoring, SortedMap<String, Counts> byType) {
        public ScoringCounts {
            Require.name("scoring", scoring);
            byType = Collections.unmodifiableSortedMap(
                    new TreeMap<>(Require.all("byType", Require.present("byType", byType))));
            byType.forEach((type, counts) -> {
                Require.count("byType." + type + ".truePositives", counts.truePositives());
                Require.count("byType." + type + ".falsePositives", counts.falsePositives());
                Require.count("byType." + type + ".falseNegatives", counts.falseNegatives());
            });
        }
    }

    public DocumentScored {
        Require.notBlank("documentId", documentId);
        Require.notBlank("benchmark", benchmark);
        Require.language(Optional.of(Require.notBlank("language", language)));
        Require.name("modelId", modelId);
        Require.present("outcome", outcome);
        Require.time("scoredAt", scoredAt);
        counts = ofThisVersion(Require.all("counts", Require.present("counts", counts)));
        if (counts.stream().map(ScoringCounts::scoring).distinct().count() < counts.size()) {
            throw new IllegalArgumentException("counts has a scoring twice");
        }
        matches =
                Collections.unmodifiableMap(new TreeMap<>(Require.all("matches", Require.present("matches", matches))));
        matches.forEach((schema, found) -> {
            Require.count("matches." + schema + ".correct", found.correct());
            Require.count("matches." + schema + ".incorrect", found.incorrect());
            Require.count("matches." + schema + ".partial", found.partial());
            Require.count("matches." + schema + ".missed", found.missed());
            Require.count("matches." + schema + ".spurious", found.spurious());
        });
    }

    /**
     * Earlier versions had another name for strict scoring, and as {@code conlleval} counted decoded tags, which is none of
     * today's scorings.
     */
    private static List<ScoringCounts> ofThisVersion(List<ScoringCounts> counts) {
        return counts.stream().map(ScoringCounts::scoring).noneMatch(Scoring::isEarlierName)
                ? counts
                : counts.stream()
                        .filter(scored -> !scored.scoring().equals(Scoring.CONLLEVAL.text()))
                        .map(scored -> new ScoringCounts(Scoring.presentName(scored.scoring()), scored.byType()))
                        .toList();
    }

    @Override
    public String key() {
        return documentId;
    }

    /** What it is added up by. */
    public ScoreTotals.Key series() {
        return new ScoreTotals.Key(benchmark, modelId, language);
    }
}
