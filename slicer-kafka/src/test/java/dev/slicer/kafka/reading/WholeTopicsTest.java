package dev.slicer.kafka.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class WholeTopicsTest {
    private static final TopicPartition FIRST = new TopicPartition("jobs", 0);
    private static final TopicPartition SECOND = new TopicPartition("jobs", 1);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final WholeTopics reading = new WholeTopics(consumer, Set.of("jobs"));

    @Test
    void shouldReadAllPartitionsFromTheirFirstRecord() {
        // Given
        topic(FIRST, SECOND);
        Map<TopicPartition, Long> ends = reading.ends();
        consumer.addRecord(record(FIRST, 7));
        consumer.addRecord(record(SECOND, 0));

        // When and then
        assertThat(reading.hasRead(ends)).isFalse();
        assertThat(StreamSupport.stream(reading.poll(Duration.ZERO).spliterator(), false))
                .extracting(ConsumerRecord::partition, ConsumerRecord::offset)
                .containsExactlyInAnyOrder(tuple(0, 7L), tuple(1, 0L));
        assertThat(reading.hasRead(ends)).isTrue();
        assertThat(reading.waiting().positions().keySet()).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void shouldReadFromATimeOnAndWhatComesLaterWhereNothingIsSoLate() {
        // Given: of the first partition the record at 8 is the first that is so late, of the second none is
        Instant time = Instant.ofEpochMilli(1000);
        MockConsumer<byte[], byte[]> dated = new MockConsumer<>("earliest") {
            @Override
            public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
                assertThat(times).isEqualTo(Map.of(FIRST, 1000L, SECOND, 1000L));
                Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
                found.put(FIRST, new OffsetAndTimestamp(8, 1001));
                found.put(SECOND, null);
                return found;
            }
        };
        topic(dated, FIRST, SECOND);
        dated.updateEndOffsets(Map.of(FIRST, 9L, SECOND, 1L));
        WholeTopics since = WholeTopics.since(time, dated, Set.of("jobs"));

        // When
        Map<TopicPartition, Long> ends = since.ends();
        dated.addRecord(record(FIRST, 7));
        dated.addRecord(record(FIRST, 8));
        dated.addRecord(record(SECOND, 0));
        dated.addRecord(record(SECOND, 1));

        // Then
        assertThat(since.hasRead(ends)).isFalse();
        assertThat(StreamSupport.stream(since.poll(Duration.ZERO).spliterator(), false))
                .extracting(ConsumerRecord::partition, ConsumerRecord::offset)
                .containsExactlyInAnyOrder(tuple(0, 8L), tuple(1, 1L));
        assertThat(since.hasRead(ends)).isTrue();
    }

    @Test
    void shouldNotHaveReadAPartitionThatItDoesNotKnowYet() {
        // Given
        topic(FIRST);
        reading.ends();

        // When and then
        assertThat(reading.hasRead(Map.of(FIRST, 7L))).isTrue();
        assertThat(reading.hasRead(Map.of(SECOND, 0L))).isFalse();
    }

    @Test
    void shouldNameTheTopicThatIsMissingAndReadItOnceItIsThere() {
        // When and then
        assertThatThrownBy(() -> reading.poll(Duration.ZERO))
                .isInstanceOf(UnknownTopicOrPartitionException.class)
                .hasMessage("there is no topic jobs");

        // When
        topic(FIRST);

        // Then
        assertThat(reading.ends()).isEqualTo(Map.of(FIRST, 8L));
    }

    private void topic(TopicPartition... partitions) {
        topic(consumer, partitions);
    }

    private static void topic(MockConsumer<byte[], byte[]> consumer, TopicPartition... partitions) {
        consumer.updatePartitions(
                "jobs",
                List.of(partitions).stream()
                        .map(partition -> new PartitionInfo(
                                "jobs", partition.partition(), Node.noNode(), new Node[0], new Node[0]))
                        .toList());
        consumer.updateBeginningOffsets(Map.of(FIRST, 7L, SECOND, 0L));
        consumer.updateEndOffsets(Map.of(FIRST, 8L, SECOND, 1L));
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, new byte[] {1});
    }
}
