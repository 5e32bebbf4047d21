package dev.slicer.evaluator.scores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.service.metrics.LanguageLabels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScoreBoardTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration KEEP = Duration.ofDays(90);

    private final ScoreBoard board = board(NOW);

    @Test
    void shouldSumUpDocumentsWithAnIntervalAroundTheirF1() {
        // Given
        for (int i = 0; i < 40; i++) {
            board.add(score(
                    "d" + i, "m", "sw", i % 4 == 0 ? new Counts(0, 1, 1) : new Counts(1, 0, 0), NOW.plusSeconds(i)));
        }
        board.add(missed("missed", "m", 2));

        // When
        Report report = Report.of(board, Optional.of("m"), NOW);

        // Then: 30 found, 10 wrong and missed, 2 more missed with their document
        Report.Language language = report.results().get(0).languages().get(0);
        assertThat(language.documents()).isEqualTo(41);
        assertThat(language.missed()).isEqualTo(1);
        assertThat(language.lastAnswer()).hasValue(NOW.plusSeconds(39));
        Report.Table strict = language.scorings().get("strict");
        assertThat(strict.overall().f1()).isCloseTo(60.0 / (60 + 10 + 12), within(1e-12));
        assertThat(strict.f1Interval()).hasValueSatisfying(interval -> {
            assertThat(interval.contains(strict.overall().f1())).isTrue();
            assertThat(interval.high() - interval.low()).isBetween(0.1, 0.4);
        });
        assertThat(report.results().get(0).macroMean().get("strict").f1())
                .isEqualTo(strict.overall().f1());
        assertThat(Report.of(board, Optional.of("other"), NOW).results()).isEmpty();
    }

    @Property(tries = 50)
    void shouldCountTheSameInAnyOrder(@ForAll long seed, @ForAll @Size(max = 20) List<Boolean> found) {
        // Given
        List<DocumentScored> scores = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            scores.add(score(
                    "d" + i,
                    "m" + i % 2,
                    i % 3 == 0 ? "sw" : "yo",
                    found.get(i) ? new Counts(1, 0, 0) : new Counts(0, 1, 0),
                    NOW));
        }
        ScoreBoard inOrder = board(NOW);
        scores.forEach(inOrder::add);
        ScoreBoard shuffled = board(NOW);
        Collections.shuffle(scores, new Random(seed));

        // When
        scores.forEach(shuffled::add);

        // Then
        assertThat(shuffled.series(Optional.empty())).isEqualTo(inOrder.series(Optional.empty()));
    }

    @Test
    void shouldCountARealAnswerInThePlaceOfAMiss() {
        // Given
        ScoreBoard neverMissed = board(NOW);
        neverMissed.add(score("late", "m", "sw", new Counts(1, 0, 0), NOW));

        // When
        board.add(missed("late", "m", 3));
        board.add(score("late", "m", "sw", new Counts(1, 0, 0), NOW));

        // Then
        assertThat(board.series(Optional.empty())).isEqualTo(neverMissed.series(Optional.empty()));
        assertThat(board.counts(new SeriesKey("b", "m", "sw"), "strict", Optional.empty()))
                .hasValue(new Counts(1, 0, 0));
    }

    @Test
    void shouldForgetThatNobodyAnsweredOnceSomebodyDoes() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        ScoreGauges gauges = new ScoreGauges(registry, board, new LanguageLabels());
        show(gauges, missed("late", DocumentScored.NO_MODEL, 3));

        // When
        show(gauges, score("late", "m", "sw", new Counts(1, 0, 0), NOW));

        // Then
        assertThat(board.series(Optional.empty()).keySet()).containsExactly(new SeriesKey("b", "m", "sw"));
        assertThat(registry.get("slicer.evaluation.f1.ratio")
                        .tags("model", "none", "type", "all")
                        .gauge()
                        .value())
                .isNaN();
    }

    @Test
    void shouldCountADocumentOnceThatIsScoredAgain() {
        // When: gold that was forgotten is published again and answered by the same model
        board.add(score("d", "m", "sw", new Counts(0, 1, 1), NOW.minus(Duration.ofDays(80))));
        board.add(score("d", "m", "sw", new Counts(1, 0, 0), NOW));

        // Then
        assertThat(board.series(Optional.empty()).get(new SeriesKey("b", "m", "sw")))
                .satisfies(series -> assertThat(series.documents()).isOne())
                .satisfies(series ->
                        assertThat(series.scorings().get("strict").overall()).isEqualTo(new Counts(1, 0, 0)));
    }

    /** Misses, late answers, repetitions and old scores, read by one that runs all the time and one that starts anew. */
    @Property(tries = 200)
    void shouldComeToTheSameInAnInstanceThatHasRunForLongAndInOneThatWasRestarted(
            @ForAll long seed, @ForAll @IntRange(max = 150) int scores) {
        // Given
        Random random = new Random(seed);
        MovableClock clock = new MovableClock(NOW);
        ScoreBoard running = new ScoreBoard(clock, KEEP);
        List<DocumentScored> topic = new ArrayList<>();
        for (int i = 0; i < scores; i++) {
            clock.now = clock.now.plus(Duration.ofHours(random.nextInt(72)));
            String id = "d" + random.nextInt(6);
            String model = List.of("m", "n", DocumentScored.NO_MODEL).get(random.nextInt(3));
            DocumentScored score = model.equals(DocumentScored.NO_MODEL) || random.nextInt(3) == 0
                    ? missed(id, model, 2, clock.now)
                    : score(id, model, "sw", new Counts(random.nextInt(2), random.nextInt(2), 1), clock.now);
            topic.add(score);
            running.add(score);
        }

        // When
        ScoreBoard restarted = new ScoreBoard(clock, KEEP);
        topic.forEach(restarted::add);

        // Then
        assertThat(restarted.series(Optional.empty())).isEqualTo(running.series(Optional.empty()));
        assertThat(restarted.lastAnswer("b")).isEqualTo(running.lastAnswer("b"));
        assertThat(running.series(Optional.empty()).values())
                .allSatisfy(series -> assertThat(series.documents()).isBetween(1, 6));
    }

    private static final class MovableClock extends Clock {
        private Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void shouldShowTheLatestModelsOnlyAndMadeUpLanguagesAsOne() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        ScoreGauges gauges = new ScoreGauges(registry, board, new LanguageLabels());

        // When
        for (int i = 0; i < 12; i++) {
            show(gauges, score("d", "m" + i, "sw", new Counts(1, 0, 0), NOW));
        }
        show(gauges, score("d", "m4", "xqa", new Counts(1, 0, 0), NOW));
        show(gauges, score("d", "m4", "xqb", new Counts(0, 1, 0), NOW));

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

    private static ScoreBoard board(Instant now) {
        return new ScoreBoard(Clock.fixed(now, ZoneOffset.UTC), KEEP);
    }

    private static DocumentScored score(String id, String model, String language, Counts counts, Instant at) {
        return new DocumentScored(
                id,
                "b",
                language,
                model,
                Outcome.ANSWERED,
                at,
                List.of(new ScoringCounts("strict", new TreeMap<>(Map.of("PER", counts)))),
                Map.of("partial", new MatchCounts(1, 0, 1, 0, 0)));
    }

    private static DocumentScored missed(String id, String model, int entities) {
        return missed(id, model, entities, NOW);
    }

    private static DocumentScored missed(String id, String model, int entities, Instant at) {
        return new DocumentScored(
                id,
                "b",
                "sw",
                model,
                Outcome.MISSED,
                at,
                List.of(new ScoringCounts("strict", new TreeMap<>(Map.of("PER", new Counts(0, 0, entities))))),
                Map.of("partial", new MatchCounts(0, 0, 0, entities, 0)));
    }
}
