package dev.slicer.events;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of all topics.
 *
 * @param prefix put before each name; several systems can so share a broker
 */
public record Topics(String prefix) {
    // Kafka allows 249 characters in a name; the longest of ours has 20.
    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,200}");

    /**
     * A topic as it is created.
     *
     * @param compacted whether Kafka keeps the newest record of each key instead of the records of the last days
     * @param ordered whether all records need one order, so one partition
     */
    public record Topic(String name, boolean compacted, boolean ordered) {}

    public Topics {
        if (!PREFIX.matcher(Require.present("prefix", prefix)).matches()) {
            throw new IllegalArgumentException(
                    "a topic prefix has up to 200 of the characters a-z A-Z 0-9 . _ -, got \"" + prefix + "\"");
        }
    }

    public static Topics defaults() {
        return new Topics("slicer.");
    }

    public String trainingRequests() {
        return prefix + "training-requests";
    }

    public String trainingProgress() {
        return prefix + "training-progress";
    }

    public String checkpoints() {
        return prefix + "checkpoints";
    }

    public String documents() {
        return prefix + "documents";
    }

    public String entities() {
        return prefix + "entities";
    }

    public String labelledDocuments() {
        return prefix + "labelled-documents";
    }

    public String trialDocuments() {
        return prefix + "trial-documents";
    }

    public String trialAnswers() {
        return prefix + "trial-answers";
    }

    /** The evaluator's own: labelled documents by the id under which they are tagged. */
    public String goldDocuments() {
        return prefix + "gold-documents";
    }

    public String scores() {
        return prefix + "scores";
    }

    /** The evaluators' own: what the scores of each model, benchmark and language come to. */
    public String scoreTotals() {
        return prefix + "score-totals";
    }

    public String checkpointEvents() {
        return prefix + "checkpoint-events";
    }

    public String checkpointTelemetry() {
        return prefix + "checkpoint-telemetry";
    }

    public String deadLetters() {
        return prefix + "dead-letters";
    }

    public List<Topic> all() {
        return List.of(
                // One partition, so that a trainer that is free gets the oldest job, whichever trainers are busy.
                new Topic(trainingRequests(), false, true),
                new Topic(trainingProgress(), false, false),
                // One partition, so that "the newest checkpoint" is the same one for every reader.
                new Topic(checkpoints(), true, true),
                new Topic(documents(), false, false),
                new Topic(entities(), false, false),
                new Topic(labelledDocuments(), false, false),
                new Topic(trialDocuments(), false, false),
                new Topic(trialAnswers(), false, false),
                new Topic(scores(), false, false),
                // One partition, so that all agree on which step came first.
                new Topic(checkpointEvents(), false, true),
                new Topic(checkpointTelemetry(), false, false),
                new Topic(deadLetters(), false, false));
    }

    /** One of {@link #all} or {@link #ofEvaluators}. */
    public Optional<Topic> find(String name) {
        return Stream.concat(all().stream(), ofEvaluators().stream())
                .filter(topic -> topic.name().equals(name))
                .findFirst();
    }

    /** Its name without the prefix. */
    public String nameOf(Topic topic) {
        return topic.name().substring(prefix.length());
    }

    /** Those that evaluators make for themselves, beside {@link #all}. */
    public List<Topic> ofEvaluators() {
        return List.of(new Topic(goldDocuments(), false, false), new Topic(scoreTotals(), true, false));
    }
}
