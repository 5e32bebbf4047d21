package dev.slicer.kafka.loops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ShutdownTest {
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofHours(1);

    private final Shutdown shutdown = new Shutdown();

    @Test
    void shouldEndAPauseAtOnce() throws InterruptedException {
        // Given
        Thread pausing = new Thread(() -> shutdown.pause(LONGER_THAN_THE_TEST));
        pausing.start();

        // When
        shutdown.begin();
        pausing.join();

        // Then
        assertThat(shutdown.hasBegun()).isTrue();
    }

    @Test
    void shouldBeginWithAnInterruptWhichTheThreadKeeps() {
        // Given
        Thread.currentThread().interrupt();

        // When
        shutdown.pause(LONGER_THAN_THE_TEST);

        // Then
        assertThat(shutdown.hasBegun()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shouldGoOnAfterAPause() {
        // When
        shutdown.pause(Duration.ofMillis(1));

        // Then
        assertThat(shutdown.hasBegun()).isFalse();
    }
}
