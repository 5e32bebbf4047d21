package dev.slicer.inference.stream;

import java.time.Instant;
import java.util.Optional;

/**
 * How a stream is.
 *
 * @param problem why it is {@link State#RETRYING} or {@link State#HELD_UP}, or has no model
 */
public record StreamStatus(State state, Instant lastSignOfLife, Optional<String> problem) {
    public enum State {
        NOT_STARTED,
        /** In no group, so that others get all partitions: there is no model yet, or no room for one on trial. */
        WAITING_FOR_MODEL,
        /** Until Kafka has told which partitions are its own and where to read on. */
        CONNECTING,
        /** Documents that are there are being answered. */
        RUNNING,
        /** There are documents that are not being answered, or answers that no reader gets to see. */
        HELD_UP,
        RETRYING,
        STOPPED
    }
}
