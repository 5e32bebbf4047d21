package dev.slicer.kafka.reading;

import dev.slicer.kafka.clients.Answers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Partitions that had no records for a reader when it asked.
 *
 * @param positions where it reads next; empty where it does not know
 * @param at when it asked, by {@link System#nanoTime}
 */
public record Waiting(Map<TopicPartition, OptionalLong> positions, long at) {
    public Waiting {
        positions = Map.copyOf(positions);
    }

    /** Of a reader that reads nothing. */
    public static Waiting nowhere() {
        return new Waiting(Map.of(), System.nanoTime());
    }

    /**
     * On the consumer's own thread; does not wait for Kafka.
     *
     * @param partitions assigned to it
     */
    public static Waiting of(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OptionalLong> positions = new HashMap<>();
        partitions.forEach(partition -> positions.put(partition, position(consumer, partition)));
        return new Waiting(positions, System.nanoTime());
    }

    private static OptionalLong position(Consumer<?, ?> consumer, TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Of a group whose members cannot be asked: what it has committed, of all partitions of its topics. Where it has
     * committed nothing it would begin at the first offset.
     *
     * @throws KafkaException where Kafka doesn't answer
     */
    public static Waiting ofGroup(Admin admin, String group, Set<String> topics) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                Answers.of(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, OptionalLong> positions = new HashMap<>();
        Answers.of(admin.describeTopics(topics).allTopicNames())
                .forEach((topic, description) -> description.partitions().forEach(info -> {
                    TopicPartition partition = new TopicPartition(topic, info.partition());
                    OffsetAndMetadata offset = committed.get(partition);
                    positions.put(partition, OptionalLong.of(offset == null ? 0 : offset.offset()));
                }));
        return new Waiting(positions, System.nanoTime());
    }

    /** Of several readers; where they read the same, of the one that is further behind. */
    public static Waiting ofAll(Collection<Waiting> readers) {
        Map<TopicPartition, OptionalLong> positions = new HashMap<>();
        readers.forEach(reader -> reader.positions()
                .forEach((partition, position) -> positions.merge(partition, position, Waiting::further)));
        return new Waiting(
                positions, readers.stream().mapToLong(Waiting::at).min().orElseGet(System::nanoTime));
    }

    private static OptionalLong further(OptionalLong a, OptionalLong b) {
        return a.isEmpty() || b.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(a.getAsLong(), b.getAsLong()));
    }

    /** Whether it knows of each partition where to read on. */
    public boolean knowsAll() {
        return positions.values().stream().allMatch(OptionalLong::isPresent);
    }
}
