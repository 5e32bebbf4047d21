package dev.slicer.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedLabelsTest {
    private final BoundedLabels labels = new BoundedLabels(3);

    @Test
    void shouldKeepTheFirstValuesAndHaveOneLabelForTheOthers() {
        assertThat(IntStream.range(0, 5).mapToObj(i -> labels.of("b" + i)))
                .containsExactly("b0", "b1", "b2", "other", "other");
        assertThat(labels.of("b1")).isEqualTo("b1");
        assertThat(labels.of("b4")).isEqualTo("other");
    }

    @Test
    void shouldHaveNoLabelForAValueThatIsTooLong() {
        // When
        assertThat(labels.of("b".repeat(129))).isEqualTo("other");

        // Then: it takes no place
        assertThat(IntStream.range(0, 3).mapToObj(i -> labels.of("b" + i))).containsExactly("b0", "b1", "b2");
        assertThat(new BoundedLabels(1).of("b".repeat(128))).hasSize(128);
    }

    @Test
    void shouldStayBoundedWhenSeveralThreadsAsk() {
        // When
        Set<String> all = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 10_000).parallel().forEach(i -> all.add(labels.of("b" + i % 100)));

        // Then
        assertThat(all).hasSize(4).contains("other");
    }
}
