package dev.slicer.events;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model got right and wrong in a labelled document. There is one for each document and model; of several the last
 * counts, as where the answer came after the document had counted as missed.
 *
 * @param documentId as it was published to be tagged
 * @param modelId the checkpoint that answered, or of a missed document the one that had answered last; {@code none} where
 *     none had
 * @param counts one for each scoring that the answer allows
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
        MISSED
    }

    /**
     * @param scoring a {@link dev.slicer.metrics.Scoring#label}
     * @param byType of each entity type in gold or answer
     */
    public record ScoringCounts(String scoring, SortedMap<String, Counts> byType) {
        public ScoringCounts {
            Require.notBlank("scoring", scoring);
            byType = Collections.unmodifiableSortedMap(new TreeMap<>(Require.present("byType", byType)));
        }
    }

    public DocumentScored {
        Require.notBlank("documentId", documentId);
        Require.notBlank("benchmark", benchmark);
        Require.notBlank("language", language);
        Require.notBlank("modelId", modelId);
        Require.present("outcome", outcome);
        Require.present("scoredAt", scoredAt);
        counts = List.copyOf(Require.present("counts", counts));
        matches = Collections.unmodifiableMap(new TreeMap<>(Require.present("matches", matches)));
    }

    @Override
    public String key() {
        return documentId;
    }
}
