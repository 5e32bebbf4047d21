package dev.slicer.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final TopicPartition FIRST = new TopicPartition("documents", 0);
    private static final TopicPartition SECOND = new TopicPartition("documents", 1);

    private final Backlog backlog = new Backlog(3, 100);

    @Test
    void shouldCutByNumberAndGoOnBehindTheMarkersOfTransactions() {
        // Given: Kafka says that reading goes on at 7, behind markers
        backlog.add(polled(Map.of(FIRST, records(FIRST, 10, 0, 1, 2, 4)), Map.of(FIRST, 7L)));

        // When
        Batch first = backlog.next();
        Batch second = backlog.next();

        // Then
        assertThat(offsets(first)).containsExactly(0L, 1L, 2L);
        assertThat(first.offsets()).containsExactlyEntriesOf(Map.of(FIRST, offset(3)));
        assertThat(offsets(second)).containsExactly(4L);
        assertThat(second.offsets()).containsExactlyEntriesOf(Map.of(FIRST, offset(7)));
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void shouldCutBySizeAndTakeARecordThatAloneIsTooLarge() {
        // Given
        backlog.add(polled(Map.of(FIRST, records(FIRST, 60, 0, 1)), Map.of(FIRST, 2L)));
        backlog.add(polled(Map.of(SECOND, records(SECOND, 1000, 5)), Map.of(SECOND, 6L)));

        // When
        List<Batch> batches = List.of(backlog.next(), backlog.next(), backlog.next());

        // Then
        assertThat(batches).allSatisfy(batch -> assertThat(batch.records()).hasSize(1));
        assertThat(batches.get(2).offsets()).containsExactlyEntriesOf(Map.of(SECOND, offset(6)));
    }

    @Test
    void shouldSetTheOffsetsOfAllPartitionsInABatch() {
        // Given
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> both = new LinkedHashMap<>();
        both.put(FIRST, records(FIRST, 1, 0, 1));
        both.put(SECOND, records(SECOND, 1, 8, 9));
        backlog.add(polled(both, Map.of(FIRST, 2L, SECOND, 10L)));

        // When
        Batch batch = backlog.next();

        // Then
        assertThat(batch.offsets()).containsOnly(Map.entry(FIRST, offset(2)), Map.entry(SECOND, offset(9)));
        assertThat(backlog.partitions()).containsExactly(SECOND);
    }

    @Test
    void shouldForgetWhatALostPartitionHasWaitingAndNothingElse() {
        // Given
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> both = new LinkedHashMap<>();
        both.put(FIRST, records(FIRST, 60, 0, 1));
        both.put(SECOND, records(SECOND, 30, 8, 9));
        backlog.add(polled(both, Map.of(FIRST, 4L, SECOND, 12L)));

        // When
        backlog.giveUp(Set.of(FIRST));

        // Then: it has room again
        assertThat(backlog.isFull()).isFalse();
        Batch batch = backlog.next();
        assertThat(offsets(batch)).containsExactly(8L, 9L);
        assertThat(batch.offsets()).containsExactlyEntriesOf(Map.of(SECOND, offset(12)));
        assertThat(backlog.isEmpty()).isTrue();

        // When: the partition is back, behind what others have done
        backlog.add(polled(Map.of(FIRST, records(FIRST, 60, 3)), Map.of(FIRST, 5L)));

        // Then
        assertThat(backlog.next().offsets()).containsExactlyEntriesOf(Map.of(FIRST, offset(5)));
    }

    private static ConsumerRecords<byte[], byte[]> polled(
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records, Map<TopicPartition, Long> next) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        next.forEach((partition, offset) -> offsets.put(partition, offset(offset)));
        return new ConsumerRecords<>(records, offsets);
    }

    private static OffsetAndMetadata offset(long offset) {
        return new OffsetAndMetadata(offset, Optional.empty(), "");
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition, int bytes, long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        LongStream.of(offsets)
                .forEach(offset -> records.add(new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        offset,
                        0,
                        TimestampType.CREATE_TIME,
                        0,
                        bytes,
                        null,
                        new byte[bytes],
                        new RecordHeaders(),
                        Optional.empty())));
        return records;
    }

    private static List<Long> offsets(Batch batch) {
        return batch.records().stream().map(ConsumerRecord::offset).toList();
    }
}
