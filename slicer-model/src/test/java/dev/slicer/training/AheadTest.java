package dev.slicer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AheadTest {
    @Test
    void shouldMakeTheNextWhileTheOneBeforeIsInUse() throws Exception {
        // Given
        CountDownLatch second = new CountDownLatch(2);

        try (Ahead<String> ahead = new Ahead<>(
                i -> {
                    second.countDown();
                    return "batch " + i;
                },
                3,
                4)) {
            // When
            String first = ahead.next();

            // Then
            assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(first).isEqualTo("batch 3");
            assertThat(ahead.next()).isEqualTo("batch 4");
            assertThatThrownBy(ahead::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("there is nothing after 4");
        }
    }

    @Test
    void shouldThrowWhatTheMakerThrew() {
        try (Ahead<String> ahead = new Ahead<>(
                i -> {
                    throw new TrainingException("no batch " + i);
                },
                1,
                2)) {
            assertThatThrownBy(ahead::next)
                    .isInstanceOf(TrainingException.class)
                    .hasMessage("no batch 1");
        }
    }
}
