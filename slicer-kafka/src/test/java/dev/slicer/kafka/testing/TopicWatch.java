package dev.slicer.kafka.testing;

import dev.slicer.kafka.clients.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionTimeoutException;

/** Follows topics from where they are when it begins, and keeps what came. */
public final class TopicWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Consumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

    public TopicWatch(KafkaClients clients, String... topics) {
        this.consumer = clients.reader();
        List<TopicPartition> partitions = Stream.of(topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** The first committed record that fits, among those that have come or come within the limit. */
    public Optional<ConsumerRecord<byte[], byte[]>> await(
            Duration limit, Predicate<ConsumerRecord<byte[], byte[]>> fits) {
        try {
            return Patience.await("a record that fits")
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> next(fits), Optional::isPresent);
        } catch (ConditionTimeoutException none) {
            return Optional.empty();
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> next(Predicate<ConsumerRecord<byte[], byte[]>> fits) {
        Optional<ConsumerRecord<byte[], byte[]>> found =
                seen.stream().filter(fits).findFirst();
        if (found.isEmpty()) {
            consumer.poll(POLL).forEach(seen::add);
        }
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
