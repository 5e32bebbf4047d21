package dev.slicer.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.3, 0 0.05 0.1 0.15 0.2 0.25 0.3",
        "0, 1, 0 0.2 0.4 0.6 0.8 1",
        "-3.1, 16.2, -5 0 5 10 15 20",
        "0, 0, 0 0.2 0.4 0.6 0.8 1",
        "1e17, 1e17, 100000000000000000 120000000000000000 140000000000000000 160000000000000000 180000000000000000 "
                + "200000000000000000",
        "61, 78, 60 65 70 75 80",
    })
    void shouldPutTicksAtRoundNumbers(double min, double max, String expected) {
        // When
        Scale scale = Scale.covering(min, max);

        // Then
        assertThat(scale.ticks().stream().map(Markup::plain).toList()).isEqualTo(List.of(expected.split(" ")));
    }

    @Property
    void shouldCoverAllValuesWithFewTicks(
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double one,
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double other) {
        // When
        Scale scale = Scale.covering(Math.min(one, other), Math.max(one, other));

        // Then
        assertThat(scale.position(one)).isBetween(-1e-6, 1 + 1e-6);
        assertThat(scale.position(other)).isBetween(-1e-6, 1 + 1e-6);
        assertThat(scale.ticks()).hasSizeBetween(2, 9);
        assertThat(Set.of("1", "2", "5")).contains(new BigDecimal(scale.step().unscaledValue()).toPlainString());
    }
}
