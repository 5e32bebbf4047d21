package dev.slicer.evaluator.scores;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.LanguageLabels;
import dev.slicer.service.PassedOver;
import dev.slicer.service.testing.FuzzedRecords;
import dev.slicer.service.testing.SampleEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

class ScoreReaderFuzzTest {
    private static final String TOPIC = Topics.defaults().scores();
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PassedOver passedOver = new PassedOver(registry);

    @Property(tries = 2000)
    void shouldShowAGoodScoreBehindAnyRecords(@ForAll long seed) {
        // Given
        MeterRegistry shown = new SimpleMeterRegistry();
        ScoreBoard board = new ScoreBoard(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(90));
        ScoreReader scores = new ScoreReader(board, new ScoreGauges(shown, board, new LanguageLabels()));
        FuzzedRecords fuzzed = new FuzzedRecords(seed);
        for (int i = 0; i < 2; i++) {
            passedOver.take(fuzzed.read(TOPIC, SampleEvents.score()), scores::read);
        }

        // When
        ProducerRecord<byte[], byte[]> good = events.write(TOPIC, SampleEvents.score());
        passedOver.take(new ConsumerRecord<>(TOPIC, 0, 1000, good.key(), good.value()), scores::read);

        // Then
        assertThat(board.series(Optional.of(SampleEvents.ID)))
                .isNotEmpty()
                .allSatisfy((key, series) -> assertThat(series.documents()).isBetween(1, 3));
        assertThat(shown.getMeters().stream()
                        .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false)))
                .isNotEmpty();
        assertThat(registry.find("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counters())
                .as("faults of ours")
                .isEmpty();
    }
}
