package dev.slicer.events;

import dev.slicer.metrics.Counts;
import java.time.Instant;

/**
 * What a checkpoint got right and wrong in a labelled document that it was asked for in a trial, by strict scoring, all
 * types together. There is one for each time that it answers; of several the last counts.
 *
 * @param documentId as it was published to be tagged
 * @param modelId the checkpoint that answered
 */
public record TrialAnswer(String documentId, String modelId, Instant scoredAt, Counts counts) implements Event {
    /** A header of questions, which their answers have too: the checkpoint in whose trial they are asked. */
    public static final String HEADER = "trial";

    public TrialAnswer {
        Require.notBlank("documentId", documentId);
        Require.name("modelId", modelId);
        Require.time("scoredAt", scoredAt);
        Require.present("counts", counts);
        Require.count("counts.truePositives", counts.truePositives());
        Require.count("counts.falsePositives", counts.falsePositives());
        Require.count("counts.falseNegatives", counts.falseNegatives());
    }

    @Override
    public String key() {
        return documentId;
    }
}
