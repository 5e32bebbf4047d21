package dev.slicer.inference.stream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is done with the records of a {@link DocumentStream}. */
public interface DocumentWork {
    /** Waits until records are wanted; false when the time is over first. */
    boolean awaitReady(Duration timeout) throws InterruptedException;

    /** Why records are not wanted here, where others are to have them. */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /**
     * Answers a batch of records, on a thread that is interrupted where the batch is given up; as many batches at once as
     * are in flight.
     *
     * @throws RuntimeException where the stream has to start again
     */
    AnsweredBatch answer(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException;

    /**
     * The answers are written for good.
     *
     * @param batch without the answers to records whose partition was lost meanwhile
     * @param commit time of the transaction
     */
    void committed(AnsweredBatch batch, Duration commit);
}
