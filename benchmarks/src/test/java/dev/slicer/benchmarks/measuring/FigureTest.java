package dev.slicer.benchmarks.measuring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void shouldGiveTheMiddleRunAsMedianWhenRunsAreOdd() {
        // Given
        double[] seconds = {3, 1, 10};

        // When
        Figure figure = Figure.of("tagging", "slicer", "step-time", "s", seconds);

        // Then
        assertThat(figure).isEqualTo(new Figure("tagging", "slicer", "step-time", "s", 3, 1, 10, 3));
    }

    @Test
    void shouldGiveTheMeanOfTheMiddleTwoWhenRunsAreEven() {
        assertThat(Figure.of("tagging", "slicer", "step-time", "s", 4, 1, 2, 9).median())
                .isEqualTo(3);
    }

    @Test
    void shouldKeepFourSignificantDigits() {
        assertThat(Figure.of("tagging", "slicer", "token-throughput", "tokens/s", 2345.678)
                        .median())
                .isEqualTo(2346);
    }

    @Test
    void shouldHaveTheFieldsThatReadersOfTheOutputExpect() throws Exception {
        // When
        JsonNode line = Json.mapper()
                .readTree(Json.mapper().writeValueAsString(Figure.of("tagging", "slicer", "step-time", "s", 1.5)));

        // Then
        List<String> fields = new ArrayList<>();
        line.fieldNames().forEachRemaining(fields::add);
        assertThat(fields).containsExactly("name", "subject", "metric", "unit", "median", "min", "max", "n");
    }
}
