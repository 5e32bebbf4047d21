package dev.slicer.kafka.reading;

import java.time.Instant;
import java.util.Optional;

/** A loop that reads topics for as long as its service runs. */
public interface TopicReader {
    /** When it last asked Kafka for records and got an answer, with or without records. */
    Instant lastPoll();

    /** From where it would read on, as it was when it last asked. */
    Waiting waiting();

    /** Why it has ended, once it has, other than by a shutdown. */
    Optional<RuntimeException> failure();
}
