package dev.slicer.inference.stream;

import dev.slicer.events.Topics;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.kafka.clients.GroupProtocol;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * How the stream of documents is read.
 *
 * @param name in threads, metrics and messages
 * @param written topics that its transactions write to
 * @param transactionalId that no other running instance has; begins with the group's name and a hyphen, so that each
 *     instance can end what another, which does not come back, has left behind
 * @param groupProtocol by which the group's instances share the partitions
 * @param batchDocuments documents of one batch, which is one transaction
 * @param batchBytes of the values of a batch's records, unless the first alone has more
 * @param batchesInFlight that are begun before the first of them is committed
 * @param shutdownTimeout how long a stop waits for the batches in flight
 */
public record StreamSettings(
        String name,
        String topic,
        Set<String> written,
        String group,
        String transactionalId,
        GroupProtocol groupProtocol,
        int batchDocuments,
        int batchBytes,
        int batchesInFlight,
        Duration shutdownTimeout) {

    /** One that is tagged and one that is ready to be, or, while one is committed, one that is tagged. */
    public static StreamSettings ofDocuments(InferenceConfig.Stream config, Topics topics) {
        return new StreamSettings(
                "document",
                topics.documents(),
                Set.of(topics.entities(), topics.deadLetters()),
                config.group(),
                transactionalId(config.group(), config),
                config.groupProtocol(),
                config.batchDocuments(),
                config.batchBytes(),
                2,
                config.shutdownTimeout());
    }

    /** One at a time, so that there is one model for it, and what was said of that model is known to be written. */
    public static StreamSettings ofTrials(InferenceConfig config, Topics topics) {
        String group = config.trials().group();
        return new StreamSettings(
                "trial",
                topics.trialDocuments(),
                Set.of(topics.entities(), topics.deadLetters(), topics.checkpointTelemetry()),
                group,
                transactionalId(group, config.stream()),
                config.stream().groupProtocol(),
                config.stream().batchDocuments(),
                config.stream().batchBytes(),
                1,
                config.stream().shutdownTimeout());
    }

    private static String transactionalId(String group, InferenceConfig.Stream config) {
        return group + "-"
                + config.transactionalId().orElseGet(() -> UUID.randomUUID().toString());
    }

    /** All topics that it reads or writes. */
    Set<String> topics() {
        Set<String> all = new HashSet<>(written);
        all.add(topic);
        return all;
    }
}
