package dev.slicer.inference.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Records that were polled and are in no batch yet, cut into batches by number and by size, in their order. */
final class Backlog {
    private final int maxDocuments;
    private final int maxBytes;
    private final Deque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    /** What is read once the last record of a partition is: markers of transactions behind it are passed over. */
    private final Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();

    private long waitingBytes;

    Backlog(int maxDocuments, int maxBytes) {
        this.maxDocuments = maxDocuments;
        this.maxBytes = maxBytes;
    }

    void add(ConsumerRecords<byte[], byte[]> records) {
        records.forEach(record -> {
            waiting.add(record);
            waitingBytes += bytes(record);
        });
        ends.putAll(records.nextOffsets());
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether there is enough for a batch. */
    boolean isFull() {
        return waiting.size() >= maxDocuments || waitingBytes >= maxBytes;
    }

    void clear() {
        waiting.clear();
        waitingBytes = 0;
        ends.clear();
    }

    /** Forgets the records of partitions that others may read from now on. */
    void giveUp(Set<TopicPartition> lost) {
        waiting.removeIf(record -> lost.contains(Batch.partition(record)));
        waitingBytes = waiting.stream().mapToLong(Backlog::bytes).sum();
        ends.keySet().removeAll(lost);
    }

    /** Partitions of the records that wait. */
    Set<TopicPartition> partitions() {
        return waiting.stream().map(Batch::partition).collect(Collectors.toSet());
    }

    /** The next records, at least one; there must be some. */
    Batch next() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        long bytes = 0;
        do {
            ConsumerRecord<byte[], byte[]> record = waiting.remove();
            waitingBytes -= bytes(record);
            bytes += bytes(record);
            records.add(record);
            offsets.put(Batch.partition(record), new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
        } while (!waiting.isEmpty() && records.size() < maxDocuments && bytes + bytes(waiting.element()) <= maxBytes);
        offsets.replaceAll((partition, offset) -> isLast(partition) ? ends.remove(partition) : offset);
        return new Batch(records, offsets);
    }

    private static int bytes(ConsumerRecord<?, ?> record) {
        return Math.max(0, record.serializedValueSize());
    }

    private boolean isLast(TopicPartition partition) {
        return waiting.stream().map(Batch::partition).noneMatch(partition::equals);
    }
}
