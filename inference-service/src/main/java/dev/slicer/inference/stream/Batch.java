package dev.slicer.inference.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that are answered together and become one transaction, but for those of partitions that were lost meanwhile.
 *
 * @param records all of them, in the order in which they were read
 * @param offsets where reading goes on when they are done, of the partitions that were not lost
 */
record Batch(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, OffsetAndMetadata> offsets) {
    Batch {
        records = List.copyOf(records);
        offsets = Map.copyOf(offsets);
    }

    static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** The same without what belongs to others now; those of its records are answered in vain. */
    Batch without(Set<TopicPartition> lost) {
        Map<TopicPartition, OffsetAndMetadata> kept = new HashMap<>(offsets);
        kept.keySet().removeAll(lost);
        return new Batch(records, kept);
    }

    /** Whether nothing of it is left to commit. */
    boolean isLost() {
        return offsets.isEmpty();
    }

    /** Number of records that are still to be committed. */
    int size() {
        return Math.toIntExact(records.stream().filter(this::isKept).count());
    }

    /**
     * What is to be committed of the answers.
     *
     * @param answered all records, one for one, in their order
     */
    AnsweredBatch kept(AnsweredBatch answered) {
        List<Outcome> outcomes = answered.outcomes();
        if (outcomes.size() != records.size()) {
            throw new IllegalStateException(outcomes.size() + " outcomes of " + records.size() + " records");
        }
        List<Outcome> kept = new ArrayList<>(records.size());
        for (int i = 0; i < records.size(); i++) {
            if (isKept(records.get(i))) {
                kept.add(outcomes.get(i));
            }
        }
        return new AnsweredBatch(kept, answered.computed());
    }

    private boolean isKept(ConsumerRecord<?, ?> record) {
        return offsets.containsKey(partition(record));
    }
}
