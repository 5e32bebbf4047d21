package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
    /** From transformers: get_linear_schedule_with_warmup(optimizer, 2, 10) with lr 1. */
    private static final double[] TRANSFORMERS = {0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125};

    @Test
    void shouldRiseAndFallAsInTransformers() {
        LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0.2, 10);

        for (int step = 1; step <= 10; step++) {
            assertThat(schedule.at(step)).as("step %d", step).isCloseTo(TRANSFORMERS[step - 1], within(1e-12));
        }
    }
}
