package dev.slicer.kafka.transactions;

import java.time.Instant;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.TopicPartition;

/**
 * A transaction that a partition takes for open: readers of committed records get nothing from its first offset on.
 *
 * @param coordinatorEpoch of the last marker that the producer's transactions got there, 0 where there was none
 * @param lastWritten time of its newest record, by the clock that stamps the topic's records, a producer's or the broker's
 */
record OpenTransaction(
        TopicPartition partition,
        long producerId,
        short epoch,
        int coordinatorEpoch,
        long firstOffset,
        Instant lastWritten) {

    /** @param producer with a transaction that is open */
    static OpenTransaction of(TopicPartition partition, ProducerState producer) {
        return new OpenTransaction(
                partition,
                producer.producerId(),
                (short) producer.producerEpoch(),
                Math.max(0, producer.coordinatorEpoch().orElse(0)),
                producer.currentTransactionStartOffset().orElseThrow(),
                Instant.ofEpochMilli(producer.lastTimestamp()));
    }

    /** Whether it is the other as it was seen at another time. */
    boolean isSameAs(OpenTransaction other) {
        return partition.equals(other.partition)
                && producerId == other.producerId
                && epoch == other.epoch
                && firstOffset == other.firstOffset;
    }

    @Override
    public String toString() {
        return partition + " from offset " + firstOffset + " on (producer " + producerId + ", epoch " + epoch + ")";
    }
}
