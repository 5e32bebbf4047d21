package dev.slicer.inference.stream;

import dev.slicer.inference.stream.StreamStatus.State;
import dev.slicer.kafka.reading.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** How far a stream has got: told by the thread that reads, for health and for the watch over transactions. */
final class StreamProgress {
    /** Kafka's calls block for 20 s at the longest; opening takes a few of them. */
    static final Duration LONGEST_SILENCE = Duration.ofMinutes(3);

    private final Clock clock;
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile StreamStatus status;

    StreamProgress(Clock clock) {
        this.clock = clock;
        this.status = new StreamStatus(State.NOT_STARTED, clock.instant(), Optional.empty());
    }

    void enter(State state) {
        status = new StreamStatus(state, clock.instant(), Optional.empty());
    }

    /** @param obstacle why it cannot begin, where that is known */
    void hold(Optional<String> obstacle) {
        status = new StreamStatus(State.WAITING_FOR_MODEL, clock.instant(), obstacle);
    }

    void fail(RuntimeException problem) {
        status = new StreamStatus(State.RETRYING, clock.instant(), Optional.of(String.valueOf(problem.getMessage())));
    }

    /**
     * Every now and then while all is well.
     *
     * @param now partitions that had no records when the stream last asked for some; empty where the group has not given
     *     out any yet
     */
    void turn(Optional<Waiting> now) {
        waiting = now.orElse(Waiting.nowhere());
        boolean runs =
                status.state() == State.RUNNING || now.filter(Waiting::knowsAll).isPresent();
        enter(runs ? State.RUNNING : State.CONNECTING);
    }

    /** The consumer is closed. */
    void leave() {
        waiting = Waiting.nowhere();
    }

    Waiting waiting() {
        return waiting;
    }

    StreamStatus status() {
        return status;
    }

    /** Whether there has been a sign of life for as long as the calls that block can take. */
    boolean isFresh() {
        return Duration.between(status.lastSignOfLife(), clock.instant()).compareTo(LONGEST_SILENCE) < 0;
    }
}
