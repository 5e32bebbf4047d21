package dev.slicer.evaluator.join;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;

/** Kafka Streams' records as those of Kafka's plain clients, which all events are read from and written to. */
public final class StreamRecords {
    private StreamRecords() {}

    /** The record with the place that it lay at. */
    public static ConsumerRecord<byte[], byte[]> asConsumed(Record<byte[], byte[]> record, ProcessingContext context) {
        var place = context.recordMetadata().orElseThrow();
        return new ConsumerRecord<>(
                place.topic(),
                place.partition(),
                place.offset(),
                record.timestamp(),
                TimestampType.CREATE_TIME,
                -1,
                -1,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    public static Record<byte[], byte[]> asForwarded(ProducerRecord<byte[], byte[]> record, long timestamp) {
        return new Record<>(record.key(), record.value(), timestamp, record.headers());
    }
}
