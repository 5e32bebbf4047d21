package dev.slicer.kafka.reading;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads topics from their beginning and follows them, for as long as its service runs. */
public interface WholeReader extends TopicReader {
    /** Begins; once the topics are there. */
    void start();

    /**
     * Waits until all that the topics hold at the time of the call has been handled.
     *
     * @throws KafkaException where that takes longer than the limit, or the reading has ended
     */
    void awaitCaughtUp(Duration limit);

    /**
     * Waits until all records before these offsets have been handled; unlike {@link #awaitCaughtUp}, without asking Kafka.
     *
     * @throws KafkaException where that takes longer than the limit, or the reading has ended
     */
    void awaitHandled(Map<TopicPartition, Long> ends, Duration limit);

    /** Whether all that the topics held when the reading began has been handled. */
    boolean hasCaughtUp();

    void close();
}
