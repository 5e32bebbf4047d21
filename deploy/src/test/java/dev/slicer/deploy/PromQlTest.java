package dev.slicer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void shouldTellMetricsFromFunctionsLabelsStringsAndDurations() {
        // Given
        String expression = """
                sum by (reason, job) (
                  (a_total unless on (instance) a_total offset 15m) or increase(b:c:sum{job=~"x|sum", le!="d{e}"}[15m])
                ) / 1e3 > 0
                """;

        // When
        PromQl names = PromQl.of(expression);

        // Then
        assertThat(names.metrics()).containsExactlyInAnyOrder("a_total", "b:c:sum");
        assertThat(names.labels()).containsExactlyInAnyOrder("reason", "job", "instance", "le");
    }
}
