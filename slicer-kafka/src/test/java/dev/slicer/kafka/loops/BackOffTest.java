package dev.slicer.kafka.loops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private static final List<Integer> SECONDS = List.of(2, 4, 8, 16, 32, 60, 60, 60);

    @Test
    void shouldWaitTwiceAsLongEachTimeUpToALimitAndByChanceHalfAsLong() {
        for (int seed = 0; seed < 100; seed++) {
            // Given
            BackOff backOff = new BackOff(Duration.ofSeconds(2), Duration.ofMinutes(1), new Random(seed));

            // When and then
            for (int seconds : SECONDS) {
                assertThat(backOff.next())
                        .isBetween(Duration.ofSeconds(seconds).dividedBy(2), Duration.ofSeconds(seconds));
            }
        }
    }

    @Test
    void shouldBeginAnewWhenReset() {
        // Given
        BackOff backOff = new BackOff(Duration.ofSeconds(2), Duration.ofMinutes(1), new Random(1));
        SECONDS.forEach(seconds -> backOff.next());

        // When
        backOff.reset();

        // Then
        assertThat(backOff.next()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void shouldNotHaveInstancesTryTogether() {
        // When
        Stream<Duration> pauses = Stream.iterate(0, seed -> seed + 1)
                .limit(20)
                .map(seed -> new BackOff(Duration.ofSeconds(2), Duration.ofMinutes(1), new Random(seed)).next());

        // Then
        assertThat(pauses.distinct().count()).isGreaterThan(15);
    }
}
