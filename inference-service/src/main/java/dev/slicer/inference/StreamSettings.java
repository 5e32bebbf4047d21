package dev.slicer.inference;

import dev.slicer.events.Topics;
import java.time.Duration;
import java.util.UUID;

/**
 * How the stream of documents is read.
 *
 * @param name for threads and people
 * @param transactionalId that no other running instance has
 * @param batchDocuments documents of one batch, which is one transaction
 * @param batchBytes of the values of a batch's records, unless the first alone has more
 * @param batchesAtHand that are begun before the first of them is committed
 * @param shutdownTimeout how long a stop waits for the batches at hand
 */
record StreamSettings(
        String name,
        String topic,
        String group,
        String transactionalId,
        int batchDocuments,
        int batchBytes,
        int batchesAtHand,
        Duration shutdownTimeout) {

    /** One that is tagged and one that is ready to be, or, while one is committed, one that is tagged. */
    static StreamSettings ofDocuments(InferenceConfig.Stream config, Topics topics) {
        return new StreamSettings(
                "document",
                topics.documents(),
                config.group(),
                config.transactionalId().orElseGet(() -> config.group() + "-" + UUID.randomUUID()),
                config.batchDocuments(),
                config.batchBytes(),
                2,
                config.shutdownTimeout());
    }

    /** One at a time, so that there is one model for it, and what was said of that model is known to be written. */
    static StreamSettings ofTrials(InferenceConfig config, Topics topics) {
        String group = config.trials().group();
        return new StreamSettings(
                "trial",
                topics.trialDocuments(),
                group,
                config.stream()
                        .transactionalId()
                        .map(id -> id + "-trials")
                        .orElseGet(() -> group + "-" + UUID.randomUUID()),
                config.stream().batchDocuments(),
                config.stream().batchBytes(),
                1,
                config.stream().shutdownTimeout());
    }
}
