package dev.slicer.inference.stream;

import dev.slicer.inference.stream.DocumentTagger.Result;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is done with the records of a {@link DocumentStream}. */
public interface DocumentWork {
    /** Waits until records are wanted; false when the time is over first. */
    boolean awaitReady(Duration timeout) throws InterruptedException;

    /**
     * Answers a batch of records; as many at once as are at hand.
     *
     * @throws RuntimeException where the stream has to start again
     */
    Result run(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException;

    /** The answers are written for good. */
    void committed(Result result, Duration commit);
}
