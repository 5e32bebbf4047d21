package dev.slicer.service.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class TopicReadersTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private record Reader(Instant lastPoll, Optional<RuntimeException> failure) implements TopicReader {
        @Override
        public Waiting waiting() {
            return Waiting.nowhere();
        }
    }

    @Test
    void shouldBeDownWithTheReasonOnceOneHasFailed() {
        // Given
        TopicReaders readers = new TopicReaders(
                List.of(well(Duration.ZERO), new Reader(NOW, Optional.of(new IllegalStateException("no such group")))));

        // When
        HealthCheckResponse response = readers.liveness("reading").build();

        // Then
        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData()).hasValue(Map.of("failure", "java.lang.IllegalStateException: no such group"));
    }

    @Test
    void shouldLiveHoweverLongKafkaIsSilent() {
        assertThat(new TopicReaders(List.of(well(Duration.ofDays(1))))
                        .liveness("reading")
                        .build()
                        .getStatus())
                .isEqualTo(Status.UP);
    }

    @Test
    void shouldBeReadyOnlyWhileAllPollAndThePastIsRead() {
        // Given
        TopicReaders polling = new TopicReaders(List.of(well(Duration.ofSeconds(179)), well(Duration.ZERO)));
        TopicReaders silent = new TopicReaders(List.of(well(Duration.ofSeconds(180)), well(Duration.ZERO)));

        // When and then
        assertThat(ready(polling, true)).isEqualTo(Status.UP);
        assertThat(ready(polling, false)).isEqualTo(Status.DOWN);
        assertThat(ready(silent, true)).isEqualTo(Status.DOWN);
    }

    private static Status ready(TopicReaders readers, boolean caughtUp) {
        return readers.readiness("reading", caughtUp, Optional.empty(), NOW)
                .build()
                .getStatus();
    }

    private static Reader well(Duration silence) {
        return new Reader(NOW.minus(silence), Optional.empty());
    }
}
