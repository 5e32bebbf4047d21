package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialAnswer;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

class LedgerFuzzTest {
    private static final Topics TOPICS = Topics.defaults();
    private static final GoldDocument GOLD =
            new GoldRules(Set.of(), Set.of(), false).read(SampleEvents.wordsWithTags());

    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);

    @Property(tries = 2000)
    void shouldFollowCheckpointsBehindAnyRecords(@ForAll long seed) {
        // Given
        CheckpointLedger ledger = new CheckpointLedger(TOPICS);
        PromotionMetrics metrics = new PromotionMetrics(
                new SimpleMeterRegistry(), ledger, new LanguageLabels(), new BoundedLabels(32), 20);
        FuzzedRecords fuzzed = new FuzzedRecords(seed);
        take(ledger, metrics, fuzzed.read(TOPICS.checkpoints(), SampleEvents.announcement()));
        take(ledger, metrics, fuzzed.read(TOPICS.checkpointEvents(), SampleEvents.verdict()));
        take(ledger, metrics, fuzzed.read(TOPICS.checkpointTelemetry(), SampleEvents.telemetry()));
        take(ledger, metrics, fuzzed.read(TOPICS.trainingProgress(), SampleEvents.status()));

        // When
        ProducerRecord<byte[], byte[]> promoted = events.write(
                TOPICS.checkpointEvents(),
                CheckpointEvent.of("good", Kind.PROMOTED, Instant.EPOCH, "somebody", "a test"));
        take(ledger, metrics, new ConsumerRecord<>(promoted.topic(), 0, 1000, promoted.key(), promoted.value()));

        // Then
        assertThat(ledger.promotions().promoted()).hasValue("good");
        assertThat(ledger.history(SampleEvents.ID)).hasSizeLessThanOrEqualTo(4);
        assertNoFaults();
    }

    @Property(tries = 2000)
    void shouldFollowATrialBehindAnyRecords(@ForAll long seed) {
        // Given
        Trial before = Trial.of(
                SampleEvents.ID,
                "other",
                new Sample(Map.of(GOLD.documentId(), new TrialGold(GOLD, Instant.EPOCH)), Set.of()));
        FuzzedRecords fuzzed = new FuzzedRecords(seed);

        // When
        Trial trial = before;
        for (int i = 0; i < 2; i++) {
            Trial soFar = trial;
            trial = passedOver
                    .read(
                            fuzzed.read(TOPICS.trialAnswers(), SampleEvents.trialAnswer()),
                            record -> soFar.with(List.of(KafkaEvents.read(record, TrialAnswer.class))))
                    .orElse(soFar);
        }

        // Then
        assertThat(trial.isComplete()).isFalse();
        assertNoFaults();
    }

    private void take(CheckpointLedger ledger, PromotionMetrics metrics, ConsumerRecord<byte[], byte[]> record) {
        passedOver.take(record, any -> {
            ledger.read(any);
            metrics.refresh();
        });
    }

    private void assertNoFaults() {
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
    }
}
