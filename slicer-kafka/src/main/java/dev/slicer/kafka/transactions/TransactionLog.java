package dev.slicer.kafka.transactions;

import dev.slicer.kafka.clients.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/** What Kafka's transaction coordinators have written down, which is how each transaction was decided. */
final class TransactionLog {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);
    /** Clocks of brokers and clients differ, and it helps to know what was before. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private final KafkaClients clients;

    TransactionLog(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * The records of an id from an hour before a time on.
     *
     * @throws org.apache.kafka.common.errors.AuthorizationException where the topic may not be read
     * @throws TimeoutException where that takes long
     */
    List<TransactionRecord> of(String transactionalId, Instant time) {
        try (Consumer<byte[], byte[]> consumer = clients.reader()) {
            int partitions =
                    consumer.partitionsFor(TransactionRecord.TOPIC, LIMIT).size();
            TopicPartition partition =
                    new TopicPartition(TransactionRecord.TOPIC, Utils.abs(transactionalId.hashCode()) % partitions);
            consumer.assign(List.of(partition));
            OffsetAndTimestamp start = consumer.offsetsForTimes(
                            Map.of(partition, Math.max(0, time.minus(BEFORE).toEpochMilli())), LIMIT)
                    .get(partition);
            if (start == null) {
                return List.of();
            }
            consumer.seek(partition, start.offset());
            long end = consumer.endOffsets(Set.of(partition), LIMIT).get(partition);
            return read(consumer, partition, end, transactionalId);
        }
    }

    private static List<TransactionRecord> read(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, long end, String transactionalId) {
        List<TransactionRecord> records = new ArrayList<>();
        Instant deadline = Instant.now().plus(LIMIT);
        while (consumer.position(partition) < end) {
            if (Instant.now().isAfter(deadline)) {
                throw new TimeoutException("reading " + partition + " takes longer than " + LIMIT);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.value() != null
                        && TransactionRecord.id(record.key())
                                .filter(transactionalId::equals)
                                .isPresent()) {
                    TransactionRecord.read(transactionalId, record.value()).ifPresent(records::add);
                }
            }
        }
        return records;
    }
}
