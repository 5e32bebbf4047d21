package dev.slicer.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    @Test
    void shouldRefuseToCancelWhenPublishingHasBegun() {
        // Given
        StopSignal signal = new StopSignal(() -> true);
        signal.close();

        // When
        Optional<Boolean> cancelled = signal.cancel(Optional.empty());

        // Then
        assertThat(cancelled).contains(false);
        assertThat(signal.stopped()).isFalse();
    }

    @Test
    void shouldNotPublishWhenCancelledBefore() {
        // Given
        StopSignal signal = new StopSignal(() -> true);
        signal.cancel(Optional.empty());

        // When
        StopSignal.Verdict verdict = signal.close();

        // Then
        assertThat(verdict).isEqualTo(StopSignal.Verdict.CANCEL);
        assertThat(signal.cancel(Optional.empty())).contains(true);
    }

    @Test
    void shouldStopForGoodWhenTheJobIsNoLongerHeld() {
        // Given
        AtomicBoolean held = new AtomicBoolean(true);
        StopSignal signal = new StopSignal(held::get);
        assertThat(signal.stopped()).isFalse();

        // When
        held.set(false);

        // Then
        assertThat(signal.stopped()).isTrue();
        held.set(true);
        assertThat(signal.close()).isEqualTo(StopSignal.Verdict.LOST);
        assertThat(signal.cancel(Optional.empty()))
                .as("which is for the trainer that has the job")
                .isEmpty();
    }
}
