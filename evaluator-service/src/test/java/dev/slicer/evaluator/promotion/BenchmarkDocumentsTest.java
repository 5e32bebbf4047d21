package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Language;
import dev.slicer.evaluator.promotion.BenchmarkDocuments.Sample;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.metrics.Tolerances;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BenchmarkDocumentsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration KEEP = Duration.ofDays(30);
    private static final Duration LIMIT = Duration.ofDays(1);
    private static final TopicPartition PARTITION = new TopicPartition("slicer.labelled-documents", 0);

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    @Test
    void shouldTakeGoldThatWasPublishedAgainAndNoneThatTheJoinForgets() {
        // Given
        published("again", "B-PER", NOW.minus(KEEP).minus(Duration.ofDays(5)));
        published("once", "B-PER", NOW.minus(KEEP).minus(Duration.ofDays(5)));
        published("soon-forgotten", "B-PER", NOW.minus(KEEP).plus(LIMIT).minusSeconds(1));
        published("again", "B-PER", NOW.minus(Duration.ofDays(1)));

        // When
        Map<String, TrialGold> documents = read(() -> {}).documents();

        // Then
        assertThat(documents).containsOnlyKeys("evaluation/b/sw/again");
        assertThat(documents.get("evaluation/b/sw/again").scoresFrom()).isEqualTo(NOW.minus(KEEP));
    }

    @Test
    void shouldHaveTheLabelsThatTheJoinHas() {
        // Given: labels that contradict those before, which are known still or forgotten
        published("contradicted", "B-PER", NOW.minus(Duration.ofDays(10)));
        published("contradicted", "O", NOW.minus(Duration.ofDays(5)));
        published("replaced", "B-PER", NOW.minus(KEEP).minus(Duration.ofDays(10)));
        published("replaced", "O", NOW.minus(Duration.ofDays(5)));

        // When
        Map<String, TrialGold> documents = read(() -> {}).documents();

        // Then: scores of the labels that were replaced don't count
        assertThat(documents.get("evaluation/b/sw/contradicted").document().tags())
                .containsExactly("B-PER");
        assertThat(documents.get("evaluation/b/sw/replaced").document().tags()).containsExactly("O");
        assertThat(documents.get("evaluation/b/sw/replaced").scoresFrom()).isEqualTo(NOW.minus(Duration.ofDays(5)));
    }

    @Test
    void shouldNotCompareOnDocumentsThatAreForgotten() {
        // Given: a document that is forgotten, and one that has come again since
        published("forgotten", "B-PER", NOW.minus(Duration.ofDays(10)));
        published("again", "B-PER", NOW.minus(Duration.ofDays(10)));
        forgotten("forgotten", NOW.minus(Duration.ofDays(5)));
        forgotten("again", NOW.minus(Duration.ofDays(5)));
        published("again", "O", NOW.minus(Duration.ofDays(4)));

        // When
        Map<String, TrialGold> documents = read(() -> {}).documents();

        // Then
        assertThat(documents).containsOnlyKeys("evaluation/b/sw/again");
        assertThat(documents.get("evaluation/b/sw/again").document().tags()).containsExactly("O");
    }

    @Test
    void shouldNameALanguageThatWasNotPublishedForTooLongBesideOthersOfItsBenchmark() {
        // Given: of b all but Yoruba has come again; c has been given up
        Instant longAgo = NOW.minus(KEEP).minus(Duration.ofDays(5));
        published("b", "sw", "1", "O", longAgo);
        published("b", "yo", "1", "O", longAgo);
        published("c", "sw", "1", "O", longAgo);
        published("b", "sw", "1", "O", NOW);

        // When and then
        assertThat(read(() -> {}).stale()).containsExactly(new Language("b", "yo"));
    }

    @Test
    void shouldNotReadWhatWasPublishedLongerAgoThanTwiceTheTimeThatGoldIsKept() {
        // Given: a language that nobody has published for so long beside one that is fresh
        published("b", "yo", "1", "O", NOW.minus(KEEP).minus(KEEP).minusSeconds(1));
        published("b", "ha", "1", "O", NOW.minus(KEEP).minus(KEEP).plusSeconds(1));
        published("b", "sw", "1", "O", NOW);

        // When
        Sample sample = read(() -> {});

        // Then: it has been given up
        assertThat(sample.stale()).containsExactly(new Language("b", "ha"));
        assertThat(sample.documents()).containsOnlyKeys("evaluation/b/sw/1");
    }

    @Test
    void shouldStopReadingWhenItIsTold() {
        // Given: a topic of which there is always more
        published("1", "O", NOW);

        // When and then
        assertThatThrownBy(() -> read(() -> {
                    throw new WakeupException();
                }))
                .isInstanceOf(WakeupException.class);
    }

    private void published(String id, String tag, Instant at) {
        published("b", "sw", id, tag, at);
    }

    private void published(String benchmark, String language, String id, String tag, Instant at) {
        LabelledDocument gold = new LabelledDocument(id, benchmark, language, List.of("Asha"), List.of(tag));
        write(id, EventJson.write(gold), at);
    }

    private void forgotten(String id, Instant at) {
        write("evaluation/b/sw/" + id, null, at);
    }

    private void write(String key, byte[] value, Instant at) {
        records.add(new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                records.size(),
                at.toEpochMilli(),
                TimestampType.CREATE_TIME,
                -1,
                -1,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                new RecordHeaders(),
                Optional.empty()));
    }

    private Sample read(Runnable meanwhile) {
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
                return records.stream()
                        .filter(record -> record.timestamp() >= times.get(PARTITION))
                        .findFirst()
                        .map(first -> Map.of(PARTITION, new OffsetAndTimestamp(first.offset(), first.timestamp())))
                        .orElseThrow();
            }
        }) {
            consumer.updatePartitions(
                    PARTITION.topic(),
                    List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
            consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
            return new BenchmarkDocuments(
                            new GoldRules(Set.of(), Set.of(), false),
                            new TrialSettings(
                                    new Tolerances(0.01, 0.05, Map.of()),
                                    Set.of(),
                                    10,
                                    Duration.ofMinutes(30),
                                    LIMIT,
                                    KEEP))
                    .read(consumer, PARTITION.topic(), NOW, meanwhile);
        }
    }
}
