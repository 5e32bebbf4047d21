package dev.slicer.inference;

import java.time.Duration;
import java.util.UUID;

/**
 * How the stream of documents is read.
 *
 * @param transactionalId that no other running instance has
 * @param batchDocuments documents of one batch, which is one transaction
 * @param batchBytes of the values of a batch's records, unless the first alone has more
 * @param shutdownTimeout how long a stop waits for the batches at hand
 */
record StreamSettings(
        String group, String transactionalId, int batchDocuments, int batchBytes, Duration shutdownTimeout) {

    static StreamSettings of(InferenceConfig.Stream config) {
        return new StreamSettings(
                config.group(),
                config.transactionalId().orElseGet(() -> config.group() + "-" + UUID.randomUUID()),
                config.batchDocuments(),
                config.batchBytes(),
                config.shutdownTimeout());
    }
}
