package dev.slicer.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StopSignalTest {
    @Test
    void shouldRefuseToCancelWhenPublishingHasBegun() {
        // Given
        StopSignal signal = new StopSignal();
        signal.close();

        // When
        boolean cancelled = signal.cancel();

        // Then
        assertThat(cancelled).isFalse();
        assertThat(signal.stopped()).isFalse();
    }

    @Test
    void shouldNotPublishWhenCancelledBefore() {
        // Given
        StopSignal signal = new StopSignal();
        signal.cancel();

        // When
        StopSignal.Verdict verdict = signal.close();

        // Then
        assertThat(verdict).isEqualTo(StopSignal.Verdict.CANCEL);
        assertThat(signal.cancel()).isTrue();
    }
}
