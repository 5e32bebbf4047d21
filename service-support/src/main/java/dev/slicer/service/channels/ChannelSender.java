package dev.slicer.service.channels;

import dev.slicer.kafka.records.RecordSizes;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** Writes records through an outgoing channel. */
public final class ChannelSender {
    private final MutinyEmitter<ProducerRecord<byte[], byte[]>> channel;
    private final RecordSizes sizes;

    ChannelSender(MutinyEmitter<ProducerRecord<byte[], byte[]>> channel, RecordSizes sizes) {
        this.channel = channel;
        this.sizes = sizes;
    }

    /**
     * Returns when the broker has the record.
     *
     * @return where it lies
     * @throws KafkaException naming the topic, where the broker did not take the record
     */
    public RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        return written(record).await().indefinitely();
    }

    /**
     * Has the record written, or lost, without waiting for the broker. It comes before all that is sent later.
     *
     * @return where it lies; fails with a {@link KafkaException} naming the topic
     */
    public Uni<RecordMetadata> written(ProducerRecord<byte[], byte[]> record) {
        OutgoingMessageMetadata<RecordMetadata> place = new OutgoingMessageMetadata<>();
        return channel.sendMessage(Message.of(record, Metadata.of(place)))
                .map(written -> place.getResult())
                .onFailure(RecordTooLargeException.class)
                .invoke(() -> sizes.refused(record))
                .onFailure()
                .transform(
                        e -> new KafkaException("cannot write to topic " + record.topic() + ": " + e.getMessage(), e));
    }
}
