package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
    private static final int ELEMENTS = 400_003;

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.5, 0.9})
    void shouldDropItsShareOfElementsWhereverTheyStand(double share) {
        // When
        byte[] kept = new Dropout(share).kept(ELEMENTS, 7);

        // Then
        assertThat(kept).hasSize(ELEMENTS).containsOnly(0, 1);
        for (int place = 0; place < 4; place++) {
            int of = place;
            double dropped = IntStream.range(0, ELEMENTS / 4)
                    .filter(i -> kept[4 * i + of] == 0)
                    .count();
            // Five standard deviations.
            double limit = 5 * Math.sqrt(share * (1 - share) / (ELEMENTS / 4.0));
            assertThat(dropped / (ELEMENTS / 4)).isCloseTo(share, within(limit));
        }
        double both = IntStream.range(1, ELEMENTS)
                .filter(i -> kept[i] == 0 && kept[i - 1] == 0)
                .count();
        assertThat(both / ELEMENTS)
                .as("neighbours that are both dropped")
                .isCloseTo(share * share, within(5 * share / Math.sqrt(ELEMENTS)));
    }

    @Test
    void shouldKeepTheMeanOfWhatItIsAppliedTo() {
        assertThat(new Dropout(0.1).scale()).isCloseTo(1 / 0.9, within(1e-4));
        assertThat(new Dropout(0).scale()).isEqualTo(1);
    }

    @Test
    void shouldDrawTheSameFromTheSameSeed() {
        Dropout dropout = new Dropout(0.1);

        assertThat(dropout.kept(1001, 3)).isEqualTo(dropout.kept(1001, 3)).isNotEqualTo(dropout.kept(1001, 4));
    }

    @Test
    void shouldHaveNoMasksWhereNothingIsDropped() {
        assertThat(new Dropout(0).kept(1000, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void shouldRefuseWhatIsNoShare(double share) {
        assertThatThrownBy(() -> new Dropout(share)).hasMessageContaining("dropout must be from 0 to below 1");
    }
}
