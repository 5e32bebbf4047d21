package dev.slicer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.encoder.InputScales.Range;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class InputScalesTest {
    @Property
    void shouldBringEveryInputOfTheRangeToOneOf256WholeNumbersAndZeroToItself(
            @ForAll @FloatRange(min = -1e4f, max = 0) float lowest,
            @ForAll @FloatRange(min = 0, max = 1e4f) float highest,
            @ForAll @FloatRange(min = 0, max = 1) float share) {
        // Given
        Range range = new Range(lowest, highest);
        double input = lowest + share * ((double) highest - lowest);

        // When
        long number = Math.round(input / range.scale()) + range.zero();

        // Then
        assertThat(range.zero()).isBetween(0L, 255L);
        assertThat(number).isBetween(-1L, 256L);
        assertThat((number - range.zero()) * range.scale()).isCloseTo(input, within(range.scale() / 2 * 1.001 + 1e-9));
    }

    @Test
    void shouldCoverWhatEitherWasSeenFor() {
        // Given
        InputScales one = new InputScales(List.of(new Range(-1, 2), new Range(-5, 1)));
        InputScales other = new InputScales(List.of(new Range(-3, 1), new Range(0, 7)));

        // When
        InputScales both = InputScales.BY_SUB_TOKEN.covering(one).covering(other);

        // Then
        assertThat(both.ranges()).containsExactly(new Range(-3, 2), new Range(-5, 7));
    }

    @Test
    void shouldTellTheProgramScaleAndZeroOfEachProduct() {
        InputScales scales = new InputScales(List.of(new Range(0, 255), new Range(-51, 204)));
        assertThat(scales.forProgram()).containsExactly(1, 0, 1, 51);
        assertThat(InputScales.BY_SUB_TOKEN.forProgram()).isEmpty();
    }
}
