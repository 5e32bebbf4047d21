package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Event;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.metrics.Comparison;
import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.LanguageLabels;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

// Quarkus registers its metrics with this client of Prometheus.
@SuppressWarnings("deprecation")
class PromotionMetricsTest {
    private static final Topics TOPICS = Topics.defaults();
    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
    private static final int NEWEST = 5;

    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final CheckpointLedger ledger = new CheckpointLedger(TOPICS);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PromotionMetrics metrics =
            new PromotionMetrics(registry, ledger, new LanguageLabels(), new BoundedLabels(2), NEWEST);

    @Test
    void shouldHaveGaugesOfThePromotedOneThoseOnTrialAndTheNewestHoweverManyThereAre() {
        // Given: the first is promoted, the second on trial, and thousands wait
        int checkpoints = 10_000;
        for (int i = 0; i < checkpoints; i++) {
            announce("c" + i);
        }
        write(TOPICS.checkpointEvents(), CheckpointEvent.of("c0", Kind.PROMOTED, BEGIN, "asha", "by hand"));
        write(
                TOPICS.checkpointEvents(),
                new CheckpointEvent(
                        "c1",
                        Kind.TRIAL_BEGUN,
                        BEGIN,
                        "evaluator-0",
                        Optional.empty(),
                        Optional.of("c0"),
                        Optional.of(1),
                        Optional.empty()));

        // When
        long begin = System.nanoTime();
        metrics.refresh();
        double refresh = (System.nanoTime() - begin) / 1e6;
        registry.scrape();
        begin = System.nanoTime();
        String scraped = registry.scrape();
        double scrape = (System.nanoTime() - begin) / 1e6;

        // Then
        assertThat(models()).containsExactlyInAnyOrder("c0", "c1", "c9995", "c9996", "c9997", "c9998", "c9999");
        assertThat(scraped)
                .contains("slicer_checkpoints{state=\"candidate\",} 9998.0")
                .contains("slicer_checkpoints{state=\"promoted\",} 1.0")
                .contains("model=\"c1\",state=\"on_trial\"");
        System.out.printf("10,000 checkpoints: refresh %.1f ms, scrape %.1f ms%n", refresh, scrape);
        assertThat(scrape).as("milliseconds of a scrape").isLessThan(50);
    }

    @Test
    void shouldFollowTheLedgerOnlyWhereItHasChanged() {
        // Given
        announce("a");
        metrics.refresh();
        Meter before = registry.get("slicer.checkpoint").tag("model", "a").gauge();

        // When and then
        metrics.refresh();
        assertThat(registry.get("slicer.checkpoint").tag("model", "a").gauge()).isSameAs(before);
        write(TOPICS.checkpointEvents(), CheckpointEvent.of("a", Kind.PROMOTED, BEGIN, "asha", "by hand"));
        metrics.refresh();
        assertThat(registry.get("slicer.checkpoint")
                        .tag("model", "a")
                        .gauge()
                        .getId()
                        .getTag("state"))
                .isEqualTo("promoted");
        assertThat(registry.get("slicer.promotion.decisions")
                        .tag("outcome", "promoted")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldHaveOneLabelForTheBenchmarksBeyondTheFirstAndTellTheWorstOfThem() {
        // Given
        write(TOPICS.checkpointEvents(), CheckpointEvent.of("a", Kind.PROMOTED, BEGIN, "asha", "by hand"));
        List<Comparison.Row> rows = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rows.add(new Comparison.Row("benchmark-" + i, "sw", 1, 0, 0.5, i == 500 ? 0.25 : 0.75, 1));
        }

        // When
        write(
                TOPICS.checkpointEvents(),
                new CheckpointEvent(
                        "b",
                        Kind.TRIAL_BEGUN,
                        BEGIN,
                        "evaluator-0",
                        Optional.empty(),
                        Optional.of("a"),
                        Optional.of(1),
                        Optional.empty()));
        write(
                TOPICS.checkpointEvents(),
                new CheckpointEvent(
                        "b",
                        Kind.REFUSED,
                        BEGIN,
                        "evaluator-0",
                        Optional.of("because"),
                        Optional.of("a"),
                        Optional.empty(),
                        Optional.of(new Comparison("strict", 0.01, rows)),
                        Optional.of(BEGIN)));
        metrics.refresh();

        // Then
        assertThat(registry.get("slicer.promotion.difference.ratio").gauges())
                .extracting(gauge -> gauge.getId().getTag("benchmark") + " " + gauge.value())
                .containsExactlyInAnyOrder("benchmark-0 0.25", "benchmark-1 0.25", "other -0.25");
    }

    private List<String> models() {
        return registry.get("slicer.checkpoint").gauges().stream()
                .map(Gauge::getId)
                .map(id -> id.getTag("model"))
                .toList();
    }

    private void announce(String id) {
        write(
                TOPICS.checkpoints(),
                new CheckpointPublished(
                        id, URI.create("file:///store/" + id), "mbert", OptionalInt.of(8), List.of("O"), BEGIN));
    }

    private void write(String topic, Event event) {
        ProducerRecord<byte[], byte[]> written = events.write(topic, event);
        ledger.read(new ConsumerRecord<>(topic, 0, 0, written.key(), written.value()));
    }
}
