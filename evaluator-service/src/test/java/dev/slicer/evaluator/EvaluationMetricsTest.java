package dev.slicer.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EvaluationMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final EvaluationMetrics metrics = new EvaluationMetrics(registry);
    private final ScoreBoard board = new ScoreBoard(List.of(metrics));

    EvaluationMetricsTest() {
        metrics.observe(board);
    }

    @Test
    void shouldLabelOnlyLanguagesOfIso639() {
        // When
        for (String language : List.of("sw", "swa", "pt", "pt-BR", "qqa", "qqb", "x-made-up")) {
            scored(language, List.of("B-PER"));
        }

        // Then
        assertThat(registry.getMeters().stream()
                        .map(Meter::getId)
                        .map(id -> Optional.ofNullable(id.getTag("language")))
                        .flatMap(Optional::stream)
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("sw", "swa", "pt", "other");
    }

    @Test
    void shouldSumWhatSharesALabel() {
        // When: one right, one wrong, one without an answer
        scored("qqa", List.of("B-PER"));
        scored("qqb", List.of("O"));
        board.add(gold("qqc"));

        // Then
        assertThat(gauge("slicer.evaluation.recall.ratio")).isEqualTo(0.5);
        assertThat(gauge("slicer.evaluation.precision.ratio")).isEqualTo(1);
        assertThat(registry.get("slicer.evaluation.pending.documents")
                        .tag("language", "other")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("slicer.evaluation.documents")
                        .tag("language", "other")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    private double gauge(String name) {
        return registry.get(name)
                .tag("language", "other")
                .tag("scoring", "strict-iob2")
                .tag("type", "all")
                .gauge()
                .value();
    }

    private void scored(String language, List<String> answer) {
        board.add(gold(language));
        board.add(new Answer(gold(language).documentId(), "model", answer));
    }

    private static GoldDocument gold(String language) {
        return new GoldDocument(
                "evaluation/sample/" + language + "/1", "sample", language, List.of("Asha"), List.of("B-PER"));
    }
}
