package dev.slicer.kafka.reading;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics that are read from their beginning: all partitions, also those that are added later, without a consumer group. Not
 * for several threads, but for {@link #wakeup}.
 */
public final class WholeTopics implements AutoCloseable {
    private static final Duration PARTITION_REFRESH = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final Set<String> topics;
    private Instant partitionsRead = Instant.MIN;

    /** @param consumer of no group, as {@link dev.slicer.kafka.clients.KafkaClients#reader} makes; closed with the topics */
    public WholeTopics(Consumer<byte[], byte[]> consumer, Set<String> topics) {
        this.consumer = consumer;
        this.topics = Set.copyOf(topics);
    }

    /**
     * The next records, none where none come within the limit.
     *
     * @throws UnknownTopicOrPartitionException where one of the topics does not exist
     * @throws org.apache.kafka.common.errors.WakeupException after {@link #wakeup}
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration limit) {
        assignWhenDue();
        return consumer.poll(limit);
    }

    /**
     * The offsets behind the last records that the topics hold now, as far as these are committed.
     *
     * @throws UnknownTopicOrPartitionException where one of the topics does not exist
     */
    public Map<TopicPartition, Long> ends() {
        assignWhenDue();
        return consumer.endOffsets(consumer.assignment());
    }

    /** Whether all records before these offsets have been polled. */
    public boolean hasRead(Map<TopicPartition, Long> ends) {
        // A partition that is new is assigned a little later.
        return consumer.assignment().containsAll(ends.keySet())
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** From where it would read on; does not wait for Kafka. */
    public Waiting waiting() {
        return Waiting.of(consumer, consumer.assignment());
    }

    /** Ends a {@link #poll}, from any thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void assignWhenDue() {
        if (Duration.between(partitionsRead, Instant.now()).compareTo(PARTITION_REFRESH) > 0) {
            assignNewPartitions();
            partitionsRead = Instant.now();
        }
    }

    private void assignNewPartitions() {
        Set<TopicPartition> known = consumer.assignment();
        Set<TopicPartition> all = new HashSet<>(known);
        topics.forEach(topic -> all.addAll(Partitions.of(consumer, topic)));
        if (!all.equals(known)) {
            Map<TopicPartition, Long> positions = new HashMap<>();
            known.forEach(partition -> positions.put(partition, consumer.position(partition)));
            consumer.assign(all);
            all.removeAll(known);
            consumer.seekToBeginning(all);
            positions.forEach(consumer::seek);
        }
    }
}
