package dev.slicer.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({"PT0S, 0.0 s", "PT7.4S, 7.4 s", "PT60S, 1 min 00 s", "PT3M5S, 3 min 05 s", "PT1H2M3S, 1 h 02 min"})
    void shouldWriteDurations(Duration duration, String written) {
        assertThat(Figures.duration(duration)).isEqualTo(written);
    }

    @Test
    void shouldLeaveOutWhatIsNotKnownOfATraining() {
        assertThat(Figures.training(
                        50, 200, OptionalDouble.of(0.51234), OptionalDouble.of(812.4), OptionalDouble.of(65)))
                .isEqualTo("[######..................] step 50/200  loss 0.5123  812 tokens/s  1 min 05 s left");
        assertThat(Figures.training(0, 0, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()))
                .isEqualTo("[........................] step 0/0");
    }

    @Test
    void shouldWriteMegabytesWithAndWithoutTheWhole() {
        assertThat(Figures.megabytes(120_000_000, OptionalLong.of(663_000_000))).isEqualTo("120 of 663 MB");
        assertThat(Figures.megabytes(120_000_000, OptionalLong.empty())).isEqualTo("120 MB");
    }
}
