package dev.slicer.evaluator.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.service.LanguageLabels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScoreBoardTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private final ScoreBoard board = new ScoreBoard();

    @Test
    void shouldSumUpDocumentsWithAnIntervalAroundTheirF1() {
        // Given
        for (int i = 0; i < 40; i++) {
            board.add(score("m", "sw", i % 4 == 0 ? new Counts(0, 1, 1) : new Counts(1, 0, 0), NOW.plusSeconds(i)));
        }
        board.add(missed("m", "sw", 2));

        // When
        Report report = Report.of(board, Optional.of("m"), NOW);

        // Then: 30 found, 10 wrong and missed, 2 more missed with their document
        Report.Language language = report.results().get(0).languages().get(0);
        assertThat(language.documents()).isEqualTo(41);
        assertThat(language.missed()).isEqualTo(1);
        assertThat(language.lastAnswer()).hasValue(NOW.plusSeconds(39));
        Report.Table strict = language.scorings().get("strict-iob2");
        assertThat(strict.overall().f1()).isCloseTo(60.0 / (60 + 10 + 12), within(1e-12));
        assertThat(strict.f1Interval()).hasValueSatisfying(interval -> {
            assertThat(interval.contains(strict.overall().f1())).isTrue();
            assertThat(interval.high() - interval.low()).isBetween(0.1, 0.4);
        });
        assertThat(report.results().get(0).macroMean().get("strict-iob2").f1())
                .isEqualTo(strict.overall().f1());
        assertThat(Report.of(board, Optional.of("other"), NOW).results()).isEmpty();
    }

    @Property(tries = 50)
    void shouldCountTheSameInAnyOrder(@ForAll long seed, @ForAll @Size(max = 20) List<Boolean> found) {
        // Given
        List<DocumentScored> scores = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            scores.add(score(
                    "m" + i % 2,
                    i % 3 == 0 ? "sw" : "yo",
                    found.get(i) ? new Counts(1, 0, 0) : new Counts(0, 1, 0),
                    NOW));
        }
        ScoreBoard inOrder = new ScoreBoard();
        scores.forEach(inOrder::add);
        ScoreBoard shuffled = new ScoreBoard();
        Collections.shuffle(scores, new Random(seed));

        // When
        scores.forEach(shuffled::add);

        // Then
        assertThat(shuffled.series(Optional.empty())).isEqualTo(inOrder.series(Optional.empty()));
    }

    @Test
    void shouldShowTheLatestModelsOnlyAndMadeUpLanguagesAsOne() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        ScoreGauges gauges = new ScoreGauges(registry, board, new LanguageLabels());

        // When
        for (int i = 0; i < 12; i++) {
            show(gauges, score("m" + i, "sw", new Counts(1, 0, 0), NOW));
        }
        show(gauges, score("m4", "xqa", new Counts(1, 0, 0), NOW));
        show(gauges, score("m4", "xqb", new Counts(0, 1, 0), NOW));

        // Then
        assertThat(registry.find("slicer.evaluation.f1.ratio")
                        .tag("type", "all")
                        .gauges())
                .extracting(gauge -> gauge.getId().getTag("model"))
                .containsExactlyInAnyOrder("m4", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11");
        assertThat(registry.get("slicer.evaluation.precision.ratio")
                        .tags("model", "m4", "language", "other", "type", "all")
                        .gauge()
                        .value())
                .isEqualTo(0.5);
        assertThat(registry.get("slicer.evaluation.last.answer").gauge().value())
                .isEqualTo(NOW.getEpochSecond());
    }

    private void show(ScoreGauges gauges, DocumentScored score) {
        board.add(score);
        gauges.show(score);
    }

    private static DocumentScored score(String model, String language, Counts counts, Instant at) {
        return new DocumentScored(
                "d",
                "b",
                language,
                model,
                Outcome.ANSWERED,
                at,
                List.of(new ScoringCounts("strict-iob2", new TreeMap<>(Map.of("PER", counts)))),
                Map.of("partial", new MatchCounts(1, 0, 1, 0, 0)));
    }

    private static DocumentScored missed(String model, String language, int entities) {
        return new DocumentScored(
                "missed",
                "b",
                language,
                model,
                Outcome.MISSED,
                NOW,
                List.of(new ScoringCounts("strict-iob2", new TreeMap<>(Map.of("PER", new Counts(0, 0, entities))))),
                Map.of("partial", new MatchCounts(0, 0, 0, entities, 0)));
    }
}
