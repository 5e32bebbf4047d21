package dev.slicer.kafka.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
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
