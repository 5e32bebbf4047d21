package dev.slicer.service;

import java.time.Instant;
import java.util.Optional;

/** A loop that reads topics for as long as its service runs. */
public interface TopicReader {
    /** When it last asked Kafka for records and got an answer, be it none. */
    Instant lastPoll();

    /** Why it has ended, once it has, other than by a shutdown. */
    Optional<RuntimeException> failure();
}
