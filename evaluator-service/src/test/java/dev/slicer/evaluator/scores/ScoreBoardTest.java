package dev.slicer.evaluator.scores;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class ScoreBoardTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TOPIC = Topics.defaults().scoreTotals();
    private static final ReportQuery ALL = query(Map.of());

    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final ScoreBoard board = new ScoreBoard();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldReportWhatTheTopicSaidLastOfEach() {
        // Given
        read(totals("b", "m", "sw", new Counts(1, 9, 9), NOW));
        read(totals("b", "gone", "sw", new Counts(1, 0, 0), NOW));

        // When
        read(totals("b", "m", "sw", new Counts(3, 1, 1), NOW));
        read(totals("b", "m", "yo", new Counts(1, 1, 1), NOW));
        board.read(tombstone("b/gone/sw"));

        // Then
        Report report = Report.of(board, ALL, NOW);
        assertThat(report.results()).singleElement().satisfies(result -> {
            assertThat(result.modelId()).isEqualTo("m");
            assertThat(result.languages()).extracting(Report.Language::language).containsExactly("sw", "yo");
            Report.Table strict = result.languages().get(0).scorings().get("strict");
            assertThat(strict.overall().f1()).isEqualTo(0.75);
            assertThat(strict.f1Interval()).hasValue(new Interval(0.1, 0.9));
            assertThat(result.macroMean().get("strict").f1()).isEqualTo((0.75 + 0.5) / 2);
        });
        assertThat(Report.of(board, query(Map.of("model", "other")), NOW).results())
                .isEmpty();
    }

    @Test
    void shouldShowThePromotedModelAndThoseThatAnsweredLast() {
        // Given
        ScoreGauges gauges = gauges(Set.of("m0"), 2);
        for (int i = 0; i < 12; i++) {
            read(totals("b", "m" + i, "sw", new Counts(1, 0, 0), NOW.plusSeconds(i)));
        }
        read(totals("b", DocumentScored.NO_MODEL, "sw", new Counts(0, 0, 1), NOW.minusSeconds(1)));

        // When
        gauges.refresh();

        // Then
        assertThat(registry.find("slicer.evaluation.f1.ratio")
                        .tag("type", "all")
                        .gauges())
                .extracting(gauge -> gauge.getId().getTag("model"))
                .containsExactlyInAnyOrder("m0", "m10", "m11", "none");
        assertThat(registry.get("slicer.evaluation.last.answer").gauge().value())
                .isEqualTo(NOW.plusSeconds(11).getEpochSecond());
    }

    @Test
    void shouldShowWhatChangedInTheSameGauge() {
        // Given
        ScoreGauges gauges = gauges(Set.of(), 2);
        read(totals("b", "m", "sw", new Counts(1, 1, 1), NOW));
        gauges.refresh();
        Gauge before = gauge("slicer.evaluation.f1.ratio", "sw");

        // When
        read(totals("b", "m", "sw", new Counts(3, 1, 1), NOW));
        gauges.refresh();

        // Then
        assertThat(gauge("slicer.evaluation.f1.ratio", "sw")).isSameAs(before);
        assertThat(before.value()).isEqualTo(0.75);
        assertThat(gauge("slicer.evaluation.recall.ratio", "sw").value()).isEqualTo(0.75);

        // When: another one is shown beside it
        read(totals("b", "m", "yo", new Counts(1, 1, 1), NOW));
        gauges.refresh();

        // Then
        assertThat(gauge("slicer.evaluation.f1.ratio", "sw").value()).isEqualTo(0.75);
        assertThat(gauge("slicer.evaluation.f1.ratio", "yo").value()).isEqualTo(0.5);
    }

    @Test
    void shouldShowACandidateFromWhenItIsOnTrial() {
        // Given
        Set<String> onTrial = new HashSet<>();
        ScoreGauges gauges = new ScoreGauges(registry, board, () -> Set.copyOf(onTrial), 0, new EvaluationLabels());
        read(totals("b", "m", "sw", new Counts(1, 1, 1), NOW));
        gauges.refresh();
        assertThat(registry.find("slicer.evaluation.f1.ratio").gauges()).isEmpty();

        // When
        onTrial.add("m");
        gauges.refresh();

        // Then
        assertThat(gauge("slicer.evaluation.f1.ratio", "sw").value()).isEqualTo(0.5);
    }

    @Test
    void shouldHaveFewGaugesOfManyBenchmarksInManyLanguages() {
        // Given: each language of each benchmark has 100 documents
        ScoreGauges gauges = gauges(Set.of(), 2);
        List<String> languages = List.of(Locale.getISOLanguages()).subList(0, 60);
        for (int i = 0; i < 20; i++) {
            for (String language : languages) {
                read(totals("b" + i, "m", language, new Counts(100, 0, 0), NOW));
            }
        }

        // When
        gauges.refresh();

        // Then: 256 languages of benchmarks have gauges of their own, and each benchmark one of its others
        assertThat(registry.find("slicer.evaluation.f1.ratio")
                        .tag("type", "all")
                        .gauges())
                .hasSizeBetween(256, 256 + 20);
    }

    @Test
    void shouldShowNothingOfWhatCountsNoMore() {
        // Given
        ScoreGauges gauges = gauges(Set.of(), 2);
        read(totals("b", "m", "sw", new Counts(1, 0, 0), NOW));
        gauges.refresh();

        // When
        board.read(tombstone("b/m/sw"));
        gauges.refresh();

        // Then
        assertThat(registry.find("slicer.evaluation.f1.ratio").gauges()).isEmpty();
    }

    @Test
    void shouldHaveFewGaugesWhateverSendersWrite() {
        // Given
        ScoreGauges gauges = gauges(Set.of(), 2);
        for (int i = 0; i < 200; i++) {
            for (String language : List.of("sw", "xqa", "xqb")) {
                read(new ScoreTotals(
                        "b%03d".formatted(i),
                        "m",
                        language,
                        1,
                        0,
                        Optional.of(NOW),
                        List.of(new ScoringTotals(
                                "strict", new TreeMap<>(Map.of("T" + i, new Counts(1, 1, 0))), Optional.empty())),
                        Map.of()));
            }
        }

        // When
        gauges.refresh();

        // Then: languages that are none are one, and so are benchmarks and types when there are enough
        assertThat(tags("benchmark")).hasSize(33).contains("other");
        assertThat(tags("type")).hasSize(34).contains("other", "all");
        assertThat(tags("language")).containsExactlyInAnyOrder("sw", "other", "all");
        assertThat(registry.get("slicer.evaluation.precision.ratio")
                        .tags("benchmark", "b000", "language", "all", "type", "T0")
                        .gauge()
                        .value())
                .isEqualTo(0.5);
    }

    @Property(tries = 2000)
    void shouldShowGoodTotalsBehindAnyRecords(@ForAll long seed) {
        // Given
        ScoreBoard any = new ScoreBoard();
        MeterRegistry counted = new SimpleMeterRegistry();
        PassedOver passedOver = new PassedOver(counted);
        FuzzedRecords fuzzed = new FuzzedRecords(seed);
        for (int i = 0; i < 2; i++) {
            passedOver.take(fuzzed.read(TOPIC, SampleEvents.totals()), any::read);
        }

        // When
        passedOver.take(written(SampleEvents.totals()), any::read);

        // Then
        assertThat(any.all()).contains(SampleEvents.totals());
        assertThat(counted.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
    }

    private Gauge gauge(String name, String language) {
        return registry.get(name).tags("language", language, "type", "all").gauge();
    }

    private Set<String> tags(String name) {
        return registry.find("slicer.evaluation.f1.ratio").gauges().stream()
                .map(Gauge::getId)
                .map(id -> id.getTag(name))
                .collect(Collectors.toSet());
    }

    private static ReportQuery query(Map<String, String> parameters) {
        return ReportQuery.of(new MultivaluedHashMap<>(parameters));
    }

    private ScoreGauges gauges(Set<String> always, int latest) {
        return new ScoreGauges(registry, board, () -> always, latest, new EvaluationLabels());
    }

    private void read(ScoreTotals totals) {
        board.read(written(totals));
    }

    private ConsumerRecord<byte[], byte[]> written(ScoreTotals totals) {
        ProducerRecord<byte[], byte[]> record = events.write(TOPIC, totals);
        return new ConsumerRecord<>(TOPIC, 0, 1000, record.key(), record.value());
    }

    private static ConsumerRecord<byte[], byte[]> tombstone(String key) {
        return new ConsumerRecord<>(TOPIC, 0, 1000, key.getBytes(StandardCharsets.UTF_8), null);
    }

    private static ScoreTotals totals(String benchmark, String model, String language, Counts counts, Instant at) {
        return new ScoreTotals(
                benchmark,
                model,
                language,
                1,
                0,
                Optional.of(at),
                List.of(new ScoringTotals(
                        "strict", new TreeMap<>(Map.of("PER", counts)), Optional.of(new Interval(0.1, 0.9)))),
                Map.of("partial", new MatchCounts(1, 0, 1, 0, 0)));
    }
}
