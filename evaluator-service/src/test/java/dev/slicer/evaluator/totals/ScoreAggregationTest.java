package dev.slicer.evaluator.totals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScoreAggregationTest {
    private static final Instant NOW = TotalsDriver.START;
    private static final Duration SOON = Duration.ofSeconds(5);

    private TotalsDriver driver;

    @BeforeEach
    @BeforeTry
    void open() {
        driver = new TotalsDriver();
    }

    @AfterEach
    @AfterTry
    void close() {
        driver.close();
    }

    @Test
    void shouldAddUpDocumentsWithAnIntervalAroundTheirF1() {
        // Given
        for (int i = 0; i < 40; i++) {
            driver.score(score(
                    "d" + i, "m", "sw", i % 4 == 0 ? new Counts(0, 1, 1) : new Counts(1, 0, 0), NOW.plusSeconds(i)));
        }
        driver.score(missed("missed", "m", 2, NOW));

        // When
        driver.pass(SOON);

        // Then: 30 found, 10 wrong and missed, 2 more missed with their document
        ScoreTotals totals = driver.totals().get("b/m/sw");
        assertThat(totals.documents()).isEqualTo(41);
        assertThat(totals.missed()).isEqualTo(1);
        assertThat(totals.lastAnswer()).hasValue(NOW.plusSeconds(39));
        ScoringTotals strict = totals.scorings().get(0);
        assertThat(strict.overall().f1()).isCloseTo(60.0 / (60 + 10 + 12), within(1e-12));
        assertThat(strict.f1Interval()).hasValueSatisfying(interval -> {
            assertThat(interval.contains(strict.overall().f1())).isTrue();
            assertThat(interval.high() - interval.low()).isBetween(0.1, 0.4);
        });
        assertThat(driver.records()).as("published").isOne();
    }

    @Test
    void shouldCountARealAnswerInThePlaceOfAMiss() {
        // Given
        driver.score(missed("late", "m", 3, NOW));
        driver.score(missed("nobody's", DocumentScored.NO_MODEL, 3, NOW));
        driver.pass(SOON);
        assertThat(driver.totals()).containsOnlyKeys("b/m/sw", "b/none/sw");

        // When
        driver.score(score("late", "m", "sw", new Counts(1, 0, 0), NOW));
        driver.score(score("nobody's", "m", "sw", new Counts(1, 0, 0), NOW));
        driver.pass(SOON);

        // Then
        assertThat(driver.totals()).containsOnlyKeys("b/m/sw");
        ScoreTotals totals = driver.totals().get("b/m/sw");
        assertThat(totals.documents()).isEqualTo(2);
        assertThat(totals.missed()).isZero();
        assertThat(totals.scorings().get(0).overall()).isEqualTo(new Counts(2, 0, 0));
        assertThat(driver.series().get("b/none/sw"))
                .as("what nothing is left of")
                .isNull();
    }

    @Test
    void shouldNotCountADocumentThatIsForgotten() {
        // Given
        driver.score(score("d", "m", "sw", new Counts(0, 1, 1), NOW));
        driver.score(score("e", "m", "sw", new Counts(1, 0, 0), NOW));
        driver.score(missed("d", "n", 3, NOW));
        driver.pass(SOON);

        // When
        driver.score(forgotten("d", "m"));
        driver.score(forgotten("d", "n"));
        driver.score(forgotten("unknown", "m"));
        driver.pass(SOON);

        // Then
        assertThat(driver.totals()).containsOnlyKeys("b/m/sw");
        assertThat(driver.totals().get("b/m/sw").documents()).isOne();
        assertThat(driver.totals().get("b/m/sw").scorings().get(0).overall()).isEqualTo(new Counts(1, 0, 0));
        assertThat(driver.passedOver()).isZero();
    }

    private static DocumentScored forgotten(String id, String model) {
        return new DocumentScored(id, "b", "sw", model, DocumentScored.Outcome.FORGOTTEN, NOW, List.of(), Map.of());
    }

    @Test
    void shouldCountADocumentOnceThatIsScoredAgain() {
        // When: gold that was forgotten is published again and answered by the same model
        driver.score(score("d", "m", "sw", new Counts(0, 1, 1), NOW.minus(Duration.ofDays(80))));
        driver.score(score("d", "m", "sw", new Counts(1, 0, 0), NOW));
        driver.pass(SOON);

        // Then
        ScoreTotals totals = driver.totals().get("b/m/sw");
        assertThat(totals.documents()).isOne();
        assertThat(totals.scorings().get(0).overall()).isEqualTo(new Counts(1, 0, 0));
    }

    @Test
    void shouldForgetScoresByTheHourAndWhatTheyTook() {
        // Given
        driver.score(score("old", "m", "sw", new Counts(1, 0, 0), NOW));
        driver.pass(Duration.ofDays(30));
        driver.score(score("new", "m", "sw", new Counts(0, 1, 1), driver.now()));
        driver.pass(SOON);

        // When: the next hour begins 90 days after the first
        driver.pass(Duration.ofDays(60).plusHours(1));

        // Then
        assertThat(driver.totals().get("b/m/sw").scorings().get(0).overall()).isEqualTo(new Counts(0, 1, 1));
        driver.pass(Duration.ofDays(31));
        assertThat(driver.totals()).isEmpty();
        assertThat(driver.lastScores().all()).toIterable().isEmpty();
        assertThat(driver.series().all()).toIterable().isEmpty();
    }

    @Test
    void shouldPublishManyChangesAsFewRecords() {
        // When
        for (int i = 0; i < 3000; i++) {
            driver.score(score("d" + i, "m", "sw", new Counts(1, i % 7, i % 3), NOW));
        }
        driver.pass(SOON);

        // Then
        assertThat(driver.totals().get("b/m/sw").documents()).isEqualTo(3000);
        assertThat(driver.records()).isLessThanOrEqualTo(3);
    }

    /** Misses, late answers, repetitions and old scores. */
    @Property(tries = 150)
    void shouldComeToWhatAllDocumentsComeTo(@ForAll long seed, @ForAll @IntRange(max = 120) int scores) {
        // Given
        Random random = new Random(seed);
        NaiveTotals naive = new NaiveTotals(driver.clock(), TotalsDriver.KEEP);
        List<DocumentScored> before = new ArrayList<>();
        for (int i = 0; i < scores; i++) {
            DocumentScored next = !before.isEmpty() && random.nextInt(5) == 0
                    ? before.get(random.nextInt(before.size()))
                    : any(random, driver.now());
            before.add(next);

            // When
            naive.add(next);
            driver.score(next);
            if (random.nextInt(3) == 0) {
                driver.pass(Duration.ofMinutes(random.nextInt(72 * 60)));
                naive.totals();
            }
        }
        driver.pass(SOON);

        // Then
        assertThat(driver.totals()).isEqualTo(naive.totals());
        assertThat(driver.passedOver()).as("faults of ours").isZero();
    }

    /** In whatever order partitions are read, as long as each document's scores keep theirs. */
    @Property(tries = 50)
    void shouldComeToTheSameInAnyOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int documents) {
        // Given
        Random random = new Random(seed);
        NaiveTotals naive = new NaiveTotals(driver.clock(), TotalsDriver.KEEP);
        List<DocumentScored> scores = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            scores.add(score(
                    "d" + i,
                    "m" + i % 2,
                    i % 3 == 0 ? "sw" : "yo",
                    new Counts(random.nextInt(3), random.nextInt(3), 1),
                    NOW));
        }
        scores.forEach(naive::add);

        // When
        Collections.shuffle(scores, random);
        scores.forEach(driver::score);
        driver.pass(SOON);

        // Then
        assertThat(driver.totals()).isEqualTo(naive.totals());
    }

    @Test
    void shouldFailOnTotalsThatItCannotRead() {
        // Given
        driver.score(ofType("d", "PER", new Counts(1, 0, 0), NOW));
        driver.series().put("b/m/sw", new byte[] {4});

        // Then: with the next document, and when they are due
        assertThatThrownBy(() -> driver.score(ofType("e", "PER", new Counts(1, 0, 0), NOW)))
                .hasRootCauseMessage("this version reads form 1, this is form 2")
                .hasStackTraceContaining("the store series cannot be read at b/m/sw");
        assertThatThrownBy(() -> driver.pass(SOON))
                .hasStackTraceContaining("the store series cannot be read at b/m/sw");
    }

    @Test
    void shouldFailOnAScoreThatItCannotRead() {
        // Given
        driver.score(ofType("d", "PER", new Counts(1, 0, 0), NOW));
        byte[] key;
        try (KeyValueIterator<byte[], byte[]> all = driver.lastScores().all()) {
            key = all.next().key;
        }
        driver.lastScores().put(key, new byte[0]);

        // Then: when the document is scored again, and when it would count no more
        String problem =
                "the store last-scores cannot be read at " + HexFormat.of().formatHex(key);
        assertThatThrownBy(() -> driver.score(ofType("d", "PER", new Counts(1, 1, 0), NOW)))
                .hasStackTraceContaining(problem);
        assertThatThrownBy(() -> driver.pass(TotalsDriver.KEEP)).hasStackTraceContaining(problem);
    }

    @Test
    void shouldStaySmallWhateverSendersWriteAndComeToNothingWhenAllIsTakenBack() {
        // Given: each document has types of its own, and counts of its own
        int documents = 6000;
        for (int i = 0; i < documents; i++) {
            driver.score(ofType("d" + i, "T" + i, new Counts(i, 1, 0), NOW));
        }
        driver.pass(Duration.ofMinutes(10));

        // Then
        ScoringTotals strict = driver.totals().get("b/m/sw").scorings().get(0);
        assertThat(strict.byType()).hasSize(Contribution.MOST_TYPES + 1).containsKey(Contribution.OTHER);
        assertThat(strict.overall()).isEqualTo(new Counts(documents * (documents - 1L) / 2, documents, 0));
        assertThat(driver.series().get("b/m/sw")).hasSizeLessThan(100_000);

        // When: the same documents are scored again
        for (int i = 0; i < documents; i++) {
            driver.score(ofType("d" + i, "PER", new Counts(1, 0, 0), NOW.plusSeconds(1)));
        }
        driver.pass(Duration.ofMinutes(10));

        // Then
        assertThat(driver.totals().get("b/m/sw").scorings().get(0).overall()).isEqualTo(new Counts(documents, 0, 0));
        assertThat(driver.passedOver()).isZero();
    }

    private static DocumentScored any(Random random, Instant now) {
        String id = "d" + random.nextInt(6);
        String model = List.of("m", "n", DocumentScored.NO_MODEL).get(random.nextInt(3));
        return model.equals(DocumentScored.NO_MODEL) || random.nextInt(3) == 0
                ? missed(id, model, 2, now)
                : score(id, model, "sw", new Counts(random.nextInt(2), random.nextInt(2), 1), now);
    }

    private static DocumentScored ofType(String id, String type, Counts counts, Instant at) {
        return new DocumentScored(
                id,
                "b",
                "sw",
                "m",
                Outcome.ANSWERED,
                at,
                List.of(new ScoringCounts("strict", new TreeMap<>(Map.of(type, counts)))),
                Map.of());
    }

    private static DocumentScored score(String id, String model, String language, Counts counts, Instant at) {
        SortedMap<String, Counts> byType = new TreeMap<>(Map.of("PER", counts));
        return new DocumentScored(
                id,
                "b",
                language,
                model,
                Outcome.ANSWERED,
                at,
                List.of(new ScoringCounts("strict", byType), new ScoringCounts("sub-token", byType)),
                Map.of("partial", new MatchCounts(1, 0, 1, 0, 0)));
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
