package dev.slicer.service.channels;

import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.records.RecordSizes;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.resource.ResourceType;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** Writes records through an outgoing channel. */
final class EmitterSender implements ChannelSender {
    private final MutinyEmitter<ProducerRecord<byte[], byte[]>> channel;
    private final RecordSizes sizes;
    private final Denials denials;

    EmitterSender(MutinyEmitter<ProducerRecord<byte[], byte[]>> channel, RecordSizes sizes, Denials denials) {
        this.channel = channel;
        this.sizes = sizes;
        this.denials = denials;
    }

    @Override
    public Uni<RecordMetadata> written(ProducerRecord<byte[], byte[]> record) {
        OutgoingMessageMetadata<RecordMetadata> place = new OutgoingMessageMetadata<>();
        return channel.sendMessage(Message.of(record, Metadata.of(place)))
                .map(written -> place.getResult())
                .onFailure(RecordTooLargeException.class)
                .invoke(() -> sizes.refused(record))
                .onFailure(RuntimeException.class)
                .transform(e -> denials.named(e, Right.on(ResourceType.TOPIC, record.topic(), AclOperation.WRITE)))
                .onFailure()
                .transform(
                        e -> new KafkaException("cannot write to topic " + record.topic() + ": " + e.getMessage(), e));
    }
}
