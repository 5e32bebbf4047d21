package dev.slicer.events;

import dev.slicer.metrics.Counts;
import java.time.Instant;

/**
 * What a checkpoint got right and wrong in a labelled document that it was asked for in a trial, by strict scoring, all
 * types together. There is one for each time that it answers; of several the last counts.
 *
 * @param trial the one that it was asked in, as the header of the question said it
 * @param documentId as it was published to be tagged
 * @param modelId the checkpoint that answered
 */
public record TrialAnswer(String trial, String documentId, String modelId, Instant scoredAt, Counts counts)
        implements Event {
    /** A header of questions, which is handed on to their answers: the trial in which they are asked. */
    public static final String HEADER = "trial";

    public TrialAnswer {
        if (!isMark(Require.name("trial", trial))) {
            throw new IllegalArgumentException("trial must be a checkpoint, @ and a time");
        }
        Require.notBlank("documentId", documentId);
        Require.name("modelId", modelId);
        Require.time("scoredAt", scoredAt);
        Require.present("counts", counts);
        Require.count("counts.truePositives", counts.truePositives());
        Require.count("counts.falsePositives", counts.falsePositives());
        Require.count("counts.falseNegatives", counts.falseNegatives());
    }

    /** Whether a header says in which trial a question was asked, as an evaluator writes it. */
    public static boolean isMark(String header) {
        int at = header.lastIndexOf('@');
        return at > 0 && CheckpointIds.isValid(header.substring(0, at));
    }

    @Override
    public String key() {
        return documentId;
    }
}
