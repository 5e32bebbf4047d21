package dev.slicer.service.transactions;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
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

    /** Whether it knows of each partition where to read on. */
    public boolean knowsAll() {
        return positions.values().stream().allMatch(OptionalLong::isPresent);
    }
}
