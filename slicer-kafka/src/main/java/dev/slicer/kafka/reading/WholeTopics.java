package dev.slicer.kafka.reading;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics that are read from their beginning, or from a time on: all partitions, also those that are added later, without a consumer group. Not
 * for several threads, but for {@link #wakeup}.
 */
public final class WholeTopics implements AutoCloseable {
    private static final Duration PARTITION_REFRESH = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final List<String> topics;
    private final Optional<Instant> since;
    private Instant partitionsRead = Instant.MIN;

    /**
     * @param consumer of no group, as {@link dev.slicer.kafka.clients.KafkaClients#reader} makes; closed with the topics
     * @param topics of which the first that is missing is named
     */
    public WholeTopics(Consumer<byte[], byte[]> consumer, Collection<String> topics) {
        this(consumer, topics, Optional.empty());
    }

    private WholeTopics(Consumer<byte[], byte[]> consumer, Collection<String> topics, Optional<Instant> since) {
        this.consumer = consumer;
        this.topics = List.copyOf(topics);
        this.since = since;
    }

    /** The same, from the first record of each partition that was written then or later, by the times of the records. */
    public static WholeTopics since(Instant time, Consumer<byte[], byte[]> consumer, Collection<String> topics) {
        return new WholeTopics(consumer, topics, Optional.of(time));
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
            since.ifPresentOrElse(time -> seek(all, time), () -> consumer.seekToBeginning(all));
            positions.forEach(consumer::seek);
        }
    }

    private void seek(Set<TopicPartition> partitions, Instant time) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.offsetsForTimes(times)
                .forEach((partition, found) ->
                        // Where there is nothing so late yet, what comes next is.
                        consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
    }
}
