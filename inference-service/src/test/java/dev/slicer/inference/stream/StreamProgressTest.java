package dev.slicer.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.inference.stream.StreamStatus.State;
import dev.slicer.inference.testing.MovableClock;
import dev.slicer.service.transactions.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StreamProgressTest {
    private static final TopicPartition PARTITION = new TopicPartition("documents", 0);

    private final MovableClock clock = new MovableClock();
    private final StreamProgress progress = new StreamProgress(clock);

    @Test
    void shouldRunOnceKafkaHasToldWhereToReadOn() {
        // Given
        progress.enter(State.CONNECTING);

        // When / Then: no partitions yet, then one of which nothing is known
        progress.turn(Optional.empty());
        assertThat(progress.status().state()).isEqualTo(State.CONNECTING);
        progress.turn(Optional.of(waiting(OptionalLong.empty())));
        assertThat(progress.status().state()).isEqualTo(State.CONNECTING);

        // When / Then
        progress.turn(Optional.of(waiting(OptionalLong.of(7))));
        assertThat(progress.status().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void shouldGoOnRunningWhenPartitionsAreExchangedAndConnectAnewAfterAFailure() {
        // Given
        progress.turn(Optional.of(waiting(OptionalLong.of(7))));

        // When / Then
        progress.turn(Optional.of(waiting(OptionalLong.empty())));
        assertThat(progress.status().state()).isEqualTo(State.RUNNING);

        // When / Then
        progress.fail(new IllegalStateException("no broker"));
        assertThat(progress.status().state()).isEqualTo(State.RETRYING);
        assertThat(progress.status().problem()).hasValue("no broker");

        // When / Then
        progress.enter(State.CONNECTING);
        progress.turn(Optional.of(waiting(OptionalLong.empty())));
        assertThat(progress.status().state()).isEqualTo(State.CONNECTING);
        assertThat(progress.status().problem()).isEmpty();
    }

    @Test
    void shouldWaitForNothingWhereNothingIsRead() {
        // Given
        progress.turn(Optional.of(waiting(OptionalLong.of(7))));
        assertThat(progress.waiting().positions()).containsKey(PARTITION);

        // When
        progress.leave();

        // Then
        assertThat(progress.waiting().positions()).isEmpty();
    }

    @Test
    void shouldBeFreshUntilItHasBeenSilentForLongerThanCallsBlock() {
        // Given
        Instant start = clock.instant();
        progress.turn(Optional.empty());

        // When / Then
        clock.advance(StreamProgress.LONGEST_SILENCE.minus(Duration.ofMillis(1)));
        assertThat(progress.isFresh()).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(progress.isFresh()).isFalse();
        assertThat(progress.status().lastSignOfLife()).isEqualTo(start);

        // When / Then
        progress.turn(Optional.empty());
        assertThat(progress.isFresh()).isTrue();
    }

    private static Waiting waiting(OptionalLong position) {
        return new Waiting(Map.of(PARTITION, position), 0);
    }
}
