package dev.slicer.benchmarks.measuring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowthTest {

    @Test
    void shouldCompareTheLastTenMinutesOfAnHourWithMinutesFiveToFifteen() {
        // Given a sample each minute: its own number
        List<Double> minutes =
                IntStream.range(0, 60).mapToObj(minute -> (double) minute).toList();

        // When
        Growth growth = Growth.of(minutes);

        // Then the means of 5 to 14 and of 50 to 59
        assertThat(growth).isEqualTo(new Growth(9.5, 54.5));
    }

    @Test
    void shouldGiveGrowthAsShareOfTheBeginning() {
        // Given
        List<Double> samples = DoubleStream.concat(
                        DoubleStream.generate(() -> 1000).limit(12),
                        DoubleStream.generate(() -> 1100).limit(12))
                .boxed()
                .toList();

        // When, Then
        assertThat(Growth.of(samples).share()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void shouldRefuseTooFewSamples() {
        assertThatThrownBy(() -> Growth.of(List.of(1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a growth needs 12 samples at least, got 1");
    }
}
