package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Start, factors and interval are those of PyTorch's GradScaler. */
class LossScaleTest {
    @Test
    void shouldDoubleAfterTwoThousandFiniteStepsInARow() {
        LossScale scale = LossScale.dynamic();

        for (int step = 0; step < 1999; step++) {
            scale.finite();
        }
        assertThat(scale.value()).isEqualTo(65536);
        scale.finite();
        assertThat(scale.value()).isEqualTo(131072);
    }

    @Test
    void shouldHalveAndCountAnewAfterAnOverflow() {
        LossScale scale = LossScale.dynamic();
        for (int step = 0; step < 1999; step++) {
            scale.finite();
        }

        scale.overflowed();
        scale.finite();

        assertThat(scale.value()).isEqualTo(32768);
    }

    @Test
    void shouldGiveUpWhenNoScaleIsLeft() {
        LossScale scale = LossScale.dynamic();

        assertThatThrownBy(() -> {
                    for (int step = 0; step < 100; step++) {
                        scale.overflowed();
                    }
                })
                .isInstanceOf(TrainingException.class)
                .hasMessage("gradients are not finite at any loss scale; try bf16 or a lower learning rate");
    }
}
