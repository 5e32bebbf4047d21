package dev.slicer.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.benchmarks.servers.Ladder.Rung;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.Answers.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TIME = Duration.ofSeconds(10);

    @Test
    void shouldStopAtTheFirstLoadThatTheServerDoesNotKeepUpWith() {
        // Given a server that answers 50 requests a second
        Ladder ladder = new Ladder(rate -> rung(rate, Math.min(rate, 50), 0));

        // When
        List<Double> climbed = new ArrayList<>();
        for (double rate : new double[] {20, 40, 60, 80}) {
            if (ladder.goesOn()) {
                climbed.add(ladder.climb(rate).rate());
            }
        }

        // Then
        assertThat(climbed).containsExactly(20.0, 40.0, 60.0);
        assertThat(ladder.saturation()).isEqualTo(50);
    }

    @Test
    void shouldStopWhereRequestsAreRefused() {
        // Given
        Ladder ladder = new Ladder(rate -> rung(rate, rate * 0.95, 0.05));

        // When
        ladder.climb(20);

        // Then
        assertThat(ladder.goesOn()).isFalse();
    }

    @Test
    void shouldCountAsThroughputOnlyWhatWasAnsweredInTime() {
        // Given 10 requests a second, each answered after 2 s
        List<Answer> answers = IntStream.range(0, 100)
                .mapToObj(i -> new Answer(START.plusMillis(i * 100L), Duration.ofSeconds(2), 200))
                .toList();

        // When
        Rung rung = Rung.of(10, new Answers(answers), START, TIME);

        // Then
        assertThat(rung.offered()).isEqualTo(10);
        assertThat(rung.throughput()).isEqualTo(8.1);
        assertThat(rung.p99()).hasValue(2000);
        assertThat(rung.saturated()).isTrue();
    }

    @Test
    void shouldTellRefusedFromFailed() {
        // Given
        List<Answer> answers = List.of(
                new Answer(START, Duration.ofMillis(5), 200),
                new Answer(START, Duration.ofMillis(1), 429),
                new Answer(START, Duration.ofMillis(1), 500),
                new Answer(START, Duration.ofMillis(1), Answer.NONE));

        // When
        Rung rung = Rung.of(10, new Answers(answers), START, TIME);

        // Then
        assertThat(rung.refused()).isEqualTo(0.25);
        assertThat(rung.failed()).isEqualTo(0.5);
    }

    private static Rung rung(double rate, double throughput, double refused) {
        List<Answer> one = List.of(new Answer(START, Duration.ofMillis(1), 200));
        Rung measured = Rung.of(rate, new Answers(one), START, TIME);
        return new Rung(rate, rate, throughput, measured.p50(), measured.p99(), refused, 0);
    }
}
