package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.promotion.CheckpointLedger.Place;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.Event;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.metrics.Comparison;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class CheckpointLedgerTest {
    private static final Topics TOPICS = Topics.defaults();
    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.fixed(BEGIN, ZoneOffset.UTC));
    private final CheckpointLedger ledger = new CheckpointLedger(TOPICS);
    private long offset;

    @Test
    void shouldTellWhereTheTableLiesThatACheckpointWasDecidedBy() {
        // Given
        announce("a");
        promote("a", CheckpointEvent.NO_CHECKPOINT, 1);
        announce("b");
        long table = decide("b", "a", 2);

        // When: it is promoted by a person later, without a table
        write(
                TOPICS.checkpointEvents(),
                CheckpointEvent.of("b", Kind.PROMOTED, BEGIN.plusSeconds(9), "asha", "all the same"));

        // Then
        assertThat(ledger.comparison("b")).hasValue(new Place(new TopicPartition(TOPICS.checkpointEvents(), 0), table));
        assertThat(ledger.comparison("a")).isEmpty();
        assertThat(ledger.lastComparison()).map(CheckpointEvent::checkpointId).hasValue("b");
    }

    @Test
    void shouldTellOfEachInstanceWhatItLoadedLast() {
        // Given: what earlier versions wrote among the decisions, and later ones apart
        announce("a");
        write(
                TOPICS.checkpointEvents(),
                CheckpointEvent.of("a", Kind.SERVED, BEGIN.plusSeconds(1), "inference-0", "loaded in 2.3 s"));
        for (int i = 2; i < 50; i++) {
            loaded("a", "inference-0", i);
            loaded("a", "inference-1", i);
        }
        failed("a", "inference-2", 50);

        // When and then
        assertThat(ledger.history("a"))
                .extracting(entry -> entry.what() + " " + entry.by().orElse(""))
                .containsExactly("announced ", "served inference-0", "served inference-1", "load_failed inference-2");
        assertThat(ledger.history("a").get(1).at()).isEqualTo(BEGIN.plusSeconds(49));
        assertThat(ledger.serving()).hasValue("a");
    }

    @Test
    void shouldCallServingWhatWasLoadedLastByItsTimeHoweverPartitionsMix() {
        loaded("b", "inference-0", 2);
        loaded("a", "inference-0", 1);

        assertThat(ledger.serving()).hasValue("b");
    }

    @Test
    void shouldRememberWhatInferenceCannotUseUntilItIsDecided() {
        // Given
        announce("a");
        promote("a", CheckpointEvent.NO_CHECKPOINT, 1);
        announce("b");

        // When
        told("b", CheckpointTelemetry.Kind.UNUSABLE, "inference-0", 2);

        // Then: it decides nothing by itself
        assertThat(ledger.view().unusable()).containsExactly(Map.entry("b", "inference-0: in words"));
        assertThat(ledger.view().promotions().candidates()).containsExactly("b");
        assertThat(ledger.history("b"))
                .extracting(entry -> entry.what() + " " + entry.by().orElse(""))
                .contains("unusable inference-0");

        // When
        write(
                TOPICS.checkpointEvents(),
                new CheckpointEvent(
                        "b",
                        Kind.REFUSED,
                        BEGIN.plusSeconds(3),
                        "evaluator-0",
                        Optional.of("inference-0: in words"),
                        Optional.of("a"),
                        Optional.empty(),
                        Optional.empty()));

        // Then
        assertThat(ledger.view().unusable()).isEmpty();
        assertThat(ledger.view().promotions().candidates()).isEmpty();
    }

    @Test
    void shouldKeepTheLastEntriesOfACheckpointThatIsTriedForYears() {
        // Given
        announce("a");
        promote("a", CheckpointEvent.NO_CHECKPOINT, 1);
        announce("b");

        // When: it is set aside a thousand times
        for (int i = 0; i < 1000; i++) {
            write(TOPICS.checkpointEvents(), trial("b", "a", 10 + 2 * i));
            write(TOPICS.checkpointEvents(), setAside("b", "a", 10 + 2 * i, 11 + 2 * i));
        }

        // Then
        assertThat(ledger.history("b"))
                .hasSize(200)
                .last()
                .satisfies(entry -> assertThat(entry.what()).isEqualTo("set_aside"));
        assertThat(ledger.view().timesSetAside("b")).isEqualTo(1000);

        // When
        write(TOPICS.checkpointEvents(), CheckpointEvent.of("b", Kind.REFUSED, BEGIN.plusSeconds(9999), "i", "no"));

        // Then: nobody asks how often any more
        assertThat(ledger.view().setAside()).isEmpty();
    }

    /** A year of a large installation, as an earlier version wrote it; the bound is for slow machines that do more besides. */
    @Test
    void shouldReadTenThousandCheckpointsAndWhatAHundredInstancesSaidOfThemInSeconds() {
        // Given: 1 in 36 of the records is a decision
        int checkpoints = 10_000;
        int served = 365_000;
        long begin = System.nanoTime();
        long decisions = 0;

        // When
        for (int i = 0; i < checkpoints; i++) {
            announce("c" + i);
            if (i == 0) {
                promote("c0", CheckpointEvent.NO_CHECKPOINT, 1);
            } else {
                write(TOPICS.checkpointEvents(), trial("c" + i, "c" + (i - 1), i));
                decide("c" + i, "c" + (i - 1), i);
            }
            long before = System.nanoTime();
            for (int j = 0; j < served / checkpoints; j++) {
                write(
                        TOPICS.checkpointEvents(),
                        CheckpointEvent.of("c" + i, Kind.SERVED, BEGIN.plusSeconds(i), "inference-" + j, "loaded"));
            }
            decisions -= System.nanoTime() - before;
        }
        long all = System.nanoTime() - begin;
        decisions += all;

        // Then
        System.out.printf(
                "ledger: %.1f us a decision or announcement, %.1f us a SERVED, %.1f s in all (writing included)%n",
                decisions / 1e3 / (3 * checkpoints), (all - decisions) / 1e3 / served, all / 1e9);
        assertThat(ledger.promotions().promoted()).hasValue("c9999");
        assertThat(ledger.history("c9999")).hasSize(3 + served / checkpoints);
        assertThat(ledger.history("c0"))
                .as("of the oldest what instances said is forgotten")
                .hasSize(2);
        assertThat(Duration.ofNanos(all)).isLessThan(Duration.ofSeconds(60));
    }

    private void announce(String id) {
        write(
                TOPICS.checkpoints(),
                new CheckpointPublished(
                        id, URI.create("file:///store/" + id), "mbert", OptionalInt.of(8), List.of("O"), BEGIN));
    }

    private void promote(String id, String current, int second) {
        write(
                TOPICS.checkpointEvents(),
                new CheckpointEvent(
                        id,
                        Kind.PROMOTED,
                        BEGIN.plusSeconds(second),
                        "evaluator-0",
                        Optional.of("it is the first"),
                        Optional.of(current),
                        Optional.empty(),
                        Optional.empty()));
    }

    /** As the end of a trial where it is on one. */
    private long decide(String id, String current, int second) {
        if (ledger.promotions().state(id).orElseThrow().label().equals("candidate")) {
            write(TOPICS.checkpointEvents(), trial(id, current, second));
        }
        return write(
                TOPICS.checkpointEvents(),
                new CheckpointEvent(
                        id,
                        Kind.PROMOTED,
                        BEGIN.plusSeconds(second),
                        "evaluator-0",
                        Optional.of("nothing falls by more than it may"),
                        Optional.of(current),
                        Optional.empty(),
                        Optional.of(new Comparison(
                                "strict", 0.01, List.of(new Comparison.Row("news", "sw", 10, 0, 0.7, 0.8, 0.05)))),
                        Optional.of(BEGIN.plusSeconds(second))));
    }

    private static CheckpointEvent trial(String id, String current, int second) {
        return new CheckpointEvent(
                id,
                Kind.TRIAL_BEGUN,
                BEGIN.plusSeconds(second),
                "evaluator-0",
                Optional.empty(),
                Optional.of(current),
                Optional.of(10),
                Optional.empty());
    }

    private static CheckpointEvent setAside(String id, String current, int begun, int second) {
        return new CheckpointEvent(
                id,
                Kind.SET_ASIDE,
                BEGIN.plusSeconds(second),
                "evaluator-0",
                Optional.of("no answers"),
                Optional.of(current),
                Optional.empty(),
                Optional.empty(),
                Optional.of(BEGIN.plusSeconds(begun)));
    }

    private void loaded(String id, String instance, int second) {
        told(id, CheckpointTelemetry.Kind.SERVED, instance, second);
    }

    private void failed(String id, String instance, int second) {
        told(id, CheckpointTelemetry.Kind.LOAD_FAILED, instance, second);
    }

    private void told(String id, CheckpointTelemetry.Kind kind, String instance, int second) {
        write(
                TOPICS.checkpointTelemetry(),
                new CheckpointTelemetry(id, kind, BEGIN.plusSeconds(second), instance, Optional.of("in words")));
    }

    private long write(String topic, Event event) {
        ProducerRecord<byte[], byte[]> written = events.write(topic, event);
        ledger.read(new ConsumerRecord<>(
                topic,
                0,
                offset,
                BEGIN.toEpochMilli(),
                TimestampType.CREATE_TIME,
                written.key().length,
                written.value().length,
                written.key(),
                written.value(),
                written.headers(),
                Optional.empty()));
        return offset++;
    }
}
