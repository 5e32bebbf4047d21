package dev.slicer.service.channels;

import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes records to topics, each behind those that were sent before. */
public interface ChannelSender {
    /**
     * Has a record written without waiting for the broker, once somebody subscribes.
     *
     * @return where it lies; fails with a {@link KafkaException} that names the topic
     */
    Uni<RecordMetadata> written(ProducerRecord<byte[], byte[]> record);

    /**
     * Returns when the broker has the record.
     *
     * @return where it lies
     * @throws KafkaException naming the topic, where the broker did not take the record
     */
    default RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        return written(record).await().indefinitely();
    }
}
