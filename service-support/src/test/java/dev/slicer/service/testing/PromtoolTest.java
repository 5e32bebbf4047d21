package dev.slicer.service.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PromtoolTest {
    @Test
    void shouldComplainOfOwnMetricsAndLeaveThoseOfLibrariesAlone() {
        // Given
        String exposition = """
                # HELP slicer_documents_total Documents tagged
                # TYPE slicer_documents_total counter
                slicer_documents_total 3.0
                # TYPE slicer_entities counter
                slicer_entities 4.0
                # TYPE kafka_consumer_records counter
                kafka_consumer_records 5.0
                """;

        // Then
        assertThat(Promtool.complaints(exposition))
                .containsExactly(
                        "slicer_entities counter metrics should have \"_total\" suffix",
                        "slicer_entities no help text");
    }

    @Test
    void shouldFailWherePrometheusCannotReadALine() {
        // Given: without promtool the call is aborted, which is no AssertionError
        Promtool.assumeInstalled();

        // Then
        assertThatThrownBy(() -> Promtool.complaints("kafka_consumer_records{topic=} 5.0\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("promtool cannot read the metrics: ");
    }
}
